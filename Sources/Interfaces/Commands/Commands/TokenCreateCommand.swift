import APIAccess
import JSON
import LinuxSystem

/// `bailey token create`: a token for the core's API.
struct TokenCreateCommand: Command {
    static let days = CommandOption.value(
        "days", "NUMBER", help: "So many days it opens anything; without it until it is revoked.")
    static let file = CommandOption.value(
        "file", "FILE", help: "Write it to FILE, new and its owner's alone, in place of printing it.")
    static let program = CommandOption.flag("program", help: "A program has it, not a person.")
    static let scope = CommandOption.choice(
        "scope", "SCOPE", of: APIScope.allCases.map(\.rawValue), mayRepeat: true,
        help: "What it is good for; once for each.")
    static let syntax = CommandSyntax(
        name: "token create", summary: "Make a token for the core's API; it is shown this once, and kept as a hash.",
        details: [
            "What bailey token set, remove and status are about is another thing: the secret that approval by token asks for. Tokens of the API are made, listed (bailey token list) and revoked (bailey token revoke) beside the core's database, and hold from the next request on.",
            "With --stdin it is not made but read, for provisioning: at least 40 characters that nobody can guess.",
        ],
        options: [days, file, program, scope, CoreStore.stateOption, SecretEntry.stdin], operands: [APITokens.operand])

    private let arguments: ParsedArguments
    private let name: APIToken.Name
    private let scopes: Set<APIScope>
    private var days: Int?

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        name = try APITokens.name(arguments, command: Self.syntax.name)
        scopes = Set(arguments.values(of: Self.scope).compactMap(APIScope.init))
        guard !scopes.isEmpty else {
            throw UsageError("a token needs a --scope: without one it would open nothing", command: Self.syntax.name)
        }
        if let text = arguments.value(of: Self.days) {
            let days = try arguments.number(text, "--days", command: Self.syntax.name)
            guard days <= 3650 else { throw UsageError("--days is at most 3650", command: Self.syntax.name) }
            self.days = days
        }
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let tokens = try APITokens(arguments, in: session)
        let entry = SecretEntry(arguments)
        var secret: SecretBytes?
        if entry.usesStandardInput {
            secret = try entry.line(prompt: "", what: "the token")
            try entry.requireEnd(after: "the token")
        }
        try tokens.makeDirectory()
        let chosen = secret
        let token = try APITokens.accessing { () throws(APIAccessError) in
            try tokens.file.create(
                name, holder: arguments.has(Self.program) ? .program : .person, scopes: scopes, secret: chosen,
                now: tokens.now, expiresAt: days.map { tokens.now + Int64($0) * 86_400 })
        }
        do throws(CommandError) { try hand(over: token, wasChosen: chosen != nil, in: session) } catch {
            // A token that nobody has is of no use, and in the way of the next try.
            try APITokens.accessing { () throws(APIAccessError) in try tokens.file.revoke(name) }
            throw error
        }
        return .done
    }

    private func hand(over token: SecretBytes, wasChosen: Bool, in session: Session) throws(CommandError) {
        let text = token.withBytes { Array($0) } + [UInt8(ascii: "\n")]
        if let named = arguments.value(of: Self.file) {
            let path = absolutePath(named, in: session.environment.workingDirectory)
            do throws(SystemError) {
                guard try !FileTree().exists(path) else { throw SystemError("create", path, code: .exists) }
                let file = try AtomicFile(replacing: path, permissions: 0o600)
                try file.write(text)
                try file.commit()
            } catch { throw .couldNotRun(error) }
            session.console.report("the token '\(name)' is in \(printable(path))")
        } else if !wasChosen {
            session.console.write(text)
        }
    }
}
