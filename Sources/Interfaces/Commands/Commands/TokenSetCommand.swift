import PrivilegeBroker

/// `bailey token set`: the secret for approval by token.
struct TokenSetCommand: Command {
    static let syntax = CommandSyntax(
        name: "token set", summary: "Set the secret that the approval `token` asks for.",
        details: [
            "It is typed twice at the terminal and not shown; what is kept is a salted slow hash of it, for root alone. At least \(ApprovalTokenStore.minimumLength) characters: whoever has it can approve what a rule with `approval: token` lets him ask for."
        ],
        options: [SecretEntry.stdin], operands: [ApprovalToken.operand])

    private let token: ApprovalToken
    private let entry: SecretEntry

    init(_ arguments: ParsedArguments) throws(UsageError) {
        token = try ApprovalToken(arguments)
        entry = SecretEntry(arguments)
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        try session.requireRoot(for: "bailey token set")
        let secret = try entry.line(prompt: "New token (\(token.name)): ", what: "the token")
        try entry.requireEnd(after: "the token")
        // What cannot be is told before it is typed again.
        if let objection = ApprovalTokenStore.objection(to: secret) {
            throw .couldNotRun("the token", "\(objection); nothing was changed")
        }
        if !entry.usesStandardInput {
            let again = try entry.line(prompt: "The same again: ", what: "the token")
            guard again == secret else {
                throw .couldNotRun("the token", "was not the same both times; nothing was changed")
            }
        }
        try ApprovalToken.running { () throws(ApprovalTokenError) in
            try token.store(in: session).set(secret, as: token.name)
        }
        token.report("The token '\(token.name)' is set.", isSet: true, in: session)
        return .done
    }
}
