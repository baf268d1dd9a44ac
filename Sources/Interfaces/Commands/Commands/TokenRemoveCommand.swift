import PrivilegeBroker

/// `bailey token remove`: no approval by token any more.
struct TokenRemoveCommand: Command {
    static let syntax = CommandSyntax(
        name: "token remove", summary: "Remove the secret that the approval `token` asks for.",
        details: ["Rules with `approval: token` then let nothing run."], operands: [ApprovalToken.operand])

    private let token: ApprovalToken

    init(_ arguments: ParsedArguments) throws(UsageError) { token = try ApprovalToken(arguments) }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        try session.requireRoot(for: "bailey token remove")
        let wasThere = try ApprovalToken.running { () throws(ApprovalTokenError) in
            try token.store(in: session).remove(token.name)
        }
        token.report(
            wasThere ? "The token '\(token.name)' is removed." : "There was no token '\(token.name)'.", isSet: false,
            in: session)
        return .done
    }
}
