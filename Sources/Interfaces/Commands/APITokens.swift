import APIAccess
import JSON
import LinuxSystem
import Triage

/// The tokens of the core's API, as commands make and revoke them: beside its database, where the core reads them.
struct APITokens {
    static let operand = CommandOperand(
        name: "NAME", help: "Whose it is; histories and feedback carry it: letters, digits, '.', '_', '@' and '-'.")

    let file: APITokenFile
    private let store: CoreStore

    init(_ arguments: ParsedArguments, in session: Session) throws(CommandError) {
        store = try CoreStore(arguments, in: session)
        file = APITokenFile(in: store.directory)
    }

    var now: Int64 { store.now.milliseconds / 1000 }

    func makeDirectory() throws(CommandError) { try store.makeDirectory() }

    static func name(_ arguments: ParsedArguments, command: String) throws(UsageError) -> APIToken.Name {
        guard let name = arguments.operands.first.flatMap(APIToken.Name.init) else {
            throw UsageError(
                "NAME is up to 64 letters, digits, '.', '_', '@' and '-', the first a letter or digit", command: command
            )
        }
        return name
    }

    static func accessing<Value>(_ body: () throws(APIAccessError) -> Value) throws(CommandError) -> Value {
        do throws(APIAccessError) { return try body() } catch {
            if case .system(let error) = error { throw .couldNotRun(error) }
            throw .couldNotRun("", "\(error.description); nothing was changed")
        }
    }
}

extension JSONWriter {
    /// What there is to know of a token but the token itself.
    mutating func value(_ token: APIToken) {
        object {
            $0.member("name", token.name.description)
            $0.member("holder", token.holder.rawValue)
            $0.member("scopes", token.scopes.sorted().map(\.rawValue))
            $0.member("created", utc(token.createdAt))
            $0.member("expires", token.expiresAt.map(utc))
        }
    }
}
