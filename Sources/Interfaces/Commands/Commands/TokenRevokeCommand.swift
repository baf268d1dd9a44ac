import APIAccess

/// `bailey token revoke`: a token of the core's API opens nothing any more.
struct TokenRevokeCommand: Command {
    static let syntax = CommandSyntax(
        name: "token revoke", summary: "Revoke a token of the core's API; from the next request on it opens nothing.",
        options: [CoreStore.stateOption], operands: [APITokens.operand])

    private let arguments: ParsedArguments
    private let name: APIToken.Name

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        name = try APITokens.name(arguments, command: Self.syntax.name)
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let tokens = try APITokens(arguments, in: session)
        try APITokens.accessing { () throws(APIAccessError) in try tokens.file.revoke(name) }
        if !session.options.wantsJSON { session.printText("The token '\(name)' is revoked.") }
        return .done
    }
}
