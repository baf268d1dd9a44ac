import CoreRoutes
import JSON
import LinuxSystem
import Storage

/// The core, as commands ask it: its store at hand, or its API with `--server`. Both are asked by the same routes and answer the same bytes.
struct CoreConnection {
    static let server = CommandOption.value(
        "server", "URL",
        help: "Ask the core's API there in place of the store: http://127.0.0.1:PORT, https://HOST or unix:/PATH.")
    static let tokenFile = CommandOption.value(
        "token-file", "FILE",
        help:
            "The token for --server, in a file that is its owner's alone (mode 0600); without it api-token beside this user's policies."
    )
    /// What every command that asks the core has, by name.
    static let options = [server, CoreStore.stateOption, tokenFile]

    private enum Place {
        case store(LocalCore, actor: String)
        case server(APIClient)
    }

    private let place: Place

    /// - Parameter judges: whether alerts are to be judged.
    init(_ arguments: ParsedArguments, in session: Session, judges: Bool = false) throws(CommandError) {
        if let url = arguments.value(of: Self.server) {
            guard arguments.value(of: CoreStore.stateOption) == nil else {
                throw .couldNotRun("--server", "and --state name two places: give one of them")
            }
            place = .server(try APIClient(url, token: arguments.value(of: Self.tokenFile), in: session))
        } else {
            let store = try CoreStore(arguments, in: session)
            place = .store(LocalCore(store, in: session, judges: judges), actor: store.actor)
        }
    }

    /// What is sent along.
    enum Body {
        case object([String: JSONValue])
        case alerts([UInt8])

        var bytes: [UInt8] {
            switch self {
            case .object(let members): Array(JSONValue.object(members).compactText.utf8)
            case .alerts(let bytes): bytes
            }
        }
    }

    /// The answer to a question that was understood and could be answered.
    func ask(
        _ route: any CoreRoute.Type, path: [String: String] = [:], query: [(name: String, value: String)] = [],
        _ body: Body? = nil
    ) throws(CommandError) -> RouteAnswer {
        let bytes = body?.bytes ?? []
        switch place {
        case .server(let client): return try client.ask(route.declaration, path: path, query: query, body: bytes)
        case .store(let core, let actor):
            do throws(RouteProblem) {
                let request = try RouteRequest(
                    to: route.declaration, path: path, query: query, body: bytes, by: actor)
                return try route.answer(request, from: core)
            } catch { throw core.failure ?? .couldNotRun("", error.message, remedy: error.remedy) }
        }
    }

    /// The answer as a document.
    func document(
        _ route: any CoreRoute.Type, path: [String: String] = [:], query: [(name: String, value: String)] = [],
        _ body: Body? = nil
    ) throws(CommandError) -> (value: JSONValue, bytes: [UInt8]) {
        let answer = try ask(route, path: path, query: query, body)
        do throws(JSONError) {
            return (try JSONValue(parsing: answer.body, limit: APIClient.answerLimit), answer.body)
        } catch { throw .couldNotRun("the core", "answered what is \(error.description)") }
    }
}
