import HostModel
import Reporting

/// `bailey sockets`: every socket there is, judged by no policy.
struct SocketsCommand: Command {
    static let listening = CommandOption.flag("listening", help: "Only sockets that accept connections or datagrams.")
    static let namespace = CommandOption.value(
        "namespace", "NAME", mayRepeat: true,
        help: "Only sockets of this network namespace: host for bailey's own, a name of ip netns, or net:[INODE].")
    static let protocolName = CommandOption.choice(
        "protocol", "NAME", of: Transport.allCases.map(\.rawValue), mayRepeat: true,
        help: "Only sockets of this protocol.")
    static let state = CommandOption.choice(
        "state", "NAME", of: SocketState.allCases.map(\.rawValue), mayRepeat: true,
        help: "Only sockets in this state.")
    static let syntax = CommandSyntax(
        name: "sockets", summary: "List every socket of every network namespace, with the processes that hold it.",
        details: ["Options that may repeat widen what is listed: --protocol tcp --protocol udp lists both."],
        options: [listening, namespace, protocolName, state])

    private let filter: SocketFilter

    init(_ arguments: ParsedArguments) {
        filter = SocketFilter(
            transports: Set(arguments.values(of: Self.protocolName).compactMap(Transport.init)),
            states: Set(arguments.values(of: Self.state).compactMap(SocketState.init)),
            namespaces: Set(arguments.values(of: Self.namespace)),
            isListeningOnly: arguments.has(Self.listening))
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let progress = Progress(on: session.console)
        progress.step("Reading sockets")
        let survey = try HostSurvey(root: session.options.root)
        let table = try filter.applied(to: try survey.requiredSockets())
        session.print(
            json: SocketsDocument(table, host: survey.identity, generatedAt: session.environment.now()),
            text: SocketListing(table, style: session.style))
        return .done
    }
}

/// Which sockets are listed. An empty set leaves its question open.
struct SocketFilter: Sendable, Hashable {
    var transports: Set<Transport> = []
    var states: Set<SocketState> = []
    var namespaces: Set<String> = []
    var isListeningOnly = false

    /// The table with those sockets that pass; everything they refer to stays where it is.
    func applied(to table: SocketTable) throws(CommandError) -> SocketTable {
        if self == SocketFilter() { return table }
        for name in namespaces where !table.namespaces.contains(where: { $0.answers(to: name) }) {
            let known = table.namespaces.map(\.label).joined(separator: ", ")
            throw .couldNotRun("network namespace \(name)", "is not there", remedy: "there are: \(known)")
        }
        let chosen = table.namespaces.map { namespace in
            namespaces.isEmpty || namespaces.contains { namespace.answers(to: $0) }
        }
        var filtered = table
        filtered.sockets = table.sockets.filter { socket in
            chosen[Int(socket.namespace)] && (transports.isEmpty || transports.contains(socket.transport))
                && (states.isEmpty || states.contains(socket.state))
                && (!isListeningOnly || socket.direction == .listening)
        }
        // All of them listen.
        let listsUnix =
            (transports.isEmpty || transports.contains(.unix)) && (states.isEmpty || states.contains(.listening))
        filtered.unixListeners = listsUnix ? table.unixListeners.filter { chosen[Int($0.namespace)] } : []
        return filtered
    }
}

extension NetworkNamespace {
    /// Whether it is meant by `name`, in any of the ways it is written.
    fileprivate func answers(to name: String) -> Bool {
        name == label || name == self.name || name == id.description || name == "\(id.rawValue)"
    }
}
