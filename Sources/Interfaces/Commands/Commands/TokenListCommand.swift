import APIAccess
import JSON

/// `bailey token list`: who may ask the core's API for what.
struct TokenListCommand: Command {
    static let syntax = CommandSyntax(
        name: "token list", summary: "List the tokens of the core's API: whose, what for, until when.",
        options: [CoreStore.stateOption])

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let tokens = try APITokens(arguments, in: session)
        let known = try APITokens.accessing { () throws(APIAccessError) in try tokens.file.tokens() }
        if session.options.wantsJSON {
            session.printDocument { writer in
                writer.object { writer in
                    writer.member("schema", 1)
                    writer.member("tokens", array: { writer in for token in known { writer.value(token) } })
                }
            }
            return .done
        }
        for token in known.sorted(by: { $0.name < $1.name }) {
            let end =
                token.expiresAt.map { token.isExpired(at: tokens.now) ? "expired" : "until \(utc($0))" } ?? "for good"
            session.printRow([
                (token.name.description, 20), (token.holder.rawValue, 8), (end, 27),
                (token.scopes.sorted().map(\.rawValue).joined(separator: " "), 0),
            ])
        }
        return .done
    }
}
