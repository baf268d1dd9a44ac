import PrivilegeBroker

/// `bailey token status`: whether there is one.
struct TokenStatusCommand: Command {
    static let syntax = CommandSyntax(
        name: "token status",
        summary: "Tell whether the secret that the approval `token` asks for is set, and since when.",
        operands: [ApprovalToken.operand])

    private let token: ApprovalToken

    init(_ arguments: ParsedArguments) throws(UsageError) { token = try ApprovalToken(arguments) }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        try session.requireRoot(for: "bailey token status")
        let changed = try ApprovalToken.running { () throws(ApprovalTokenError) in
            try token.store(in: session).whenSet(token.name)
        }
        let text = changed.map { "The token '\(token.name)' is set since \(utc($0))." }
        token.report(
            text ?? "There is no token '\(token.name)': bailey token set", isSet: changed != nil, changed: changed,
            in: session)
        return .done
    }
}
