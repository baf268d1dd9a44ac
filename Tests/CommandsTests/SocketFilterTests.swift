import HostModel
import Testing

@testable import Commands

@Suite struct SocketFilterTests {
    static let table: SocketTable = {
        var table = SocketTable()
        table.namespaces = [
            NetworkNamespace(id: NamespaceID(1), isOwn: true, name: nil, source: .netlink),
            NetworkNamespace(id: NamespaceID(2), isOwn: false, name: "blue", source: .netlink),
        ]
        func socket(_ transport: Transport, _ state: SocketState, _ direction: Direction, _ namespace: Int32) -> Socket
        {
            var socket = Socket(
                transport: transport, family: .ipv4, state: state, local: Endpoint(.ip(.anyIPv4), port: 1),
                remote: Endpoint(.ip(.anyIPv4), port: 0), userID: .root, inode: 1, namespace: namespace)
            socket.direction = direction
            return socket
        }
        table.sockets = [
            socket(.tcp, .listening, .listening, 0), socket(.tcp, .established, .outbound, 0),
            socket(.udp, .unconnected, .listening, 1),
        ]
        table.unixListeners = [
            UnixListener(kind: .stream, path: "@x", inode: 9, cookie: 9, userID: nil, namespace: 1)
        ]
        return table
    }()

    @Test(
        "Only what passes every question is listed",
        arguments: [
            (SocketFilter(), 3, 1), (SocketFilter(transports: [.tcp]), 2, 0), (SocketFilter(transports: [.unix]), 0, 1),
            (SocketFilter(transports: [.tcp, .udp]), 3, 0), (SocketFilter(states: [.listening]), 1, 1),
            (SocketFilter(isListeningOnly: true), 2, 1), (SocketFilter(namespaces: ["host"]), 2, 0),
            (SocketFilter(namespaces: ["blue"]), 1, 1), (SocketFilter(namespaces: ["net:[2]"]), 1, 1),
            (SocketFilter(transports: [.tcp], states: [.established], isListeningOnly: true), 0, 0),
        ])
    func filtering(filter: SocketFilter, sockets: Int, unix: Int) throws {
        let filtered = try filter.applied(to: Self.table)
        #expect(filtered.sockets.count == sockets)
        #expect(filtered.unixListeners.count == unix)
        #expect(filtered.namespaces == Self.table.namespaces)
    }

    @Test("A namespace that is not there is an error that names those that are")
    func unknownNamespace() {
        #expect(
            throws: CommandError.couldNotRun("network namespace red", "is not there", remedy: "there are: host, blue")
        ) { try SocketFilter(namespaces: ["red"]).applied(to: Self.table) }
    }
}
