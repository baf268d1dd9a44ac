import Foundation
import HostModel
import Testing

/// The same namespace seen by `ss` (iproute2) and by the inventory.
@Suite(.enabled(if: isRoot)) struct AgainstSSTests {
    @Test(
        "Every socket appears as ss shows it, no more and no fewer",
        arguments: [
            ("tcp", "--tcp"), ("udp", "--udp"), ("mptcp", "--mptcp"), ("raw", "--raw"), ("packet", "--packet"),
            ("interface", "--tcp"), ("reuse", "--tcp"), ("shared", "--tcp"),
        ])
    func sameAsSS(scene: String, option: String) throws {
        let scene = try SocketScene(scene)
        try #require(scene.missing.isEmpty)
        let theirs = try scene.ss(option, "-p").map(Row.init(ss:)).sorted()
        let (table, sockets) = scene.inventory()
        let transport = option.dropFirst(2)
        let ours = sockets.filter { $0.transport.rawValue == transport }.map { Row($0, in: table) }.sorted()
        #expect(!ours.isEmpty)
        #expect(ours == theirs)
    }

    /// What `ss -n -p` prints of a socket: state, both ends, process ids.
    struct Row: Hashable, Comparable, CustomStringConvertible {
        var description: String

        static func < (left: Row, right: Row) -> Bool { left.description < right.description }

        init(ss line: String) {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
            // With one protocol asked for, ss leaves out its column; the packet listing has it in any case.
            let start = fields.firstIndex { ["LISTEN", "ESTAB", "UNCONN"].contains($0) } ?? 0
            let pids = line.matches(of: /pid=(\d+)/).map { String($0.1) }.sorted()
            description = "\(fields[start]) \(fields[start + 3]) \(fields[start + 4]) \(Set(pids).sorted())"
        }

        init(_ socket: Socket, in table: SocketTable) {
            let states: [SocketState: String] = [.listening: "LISTEN", .established: "ESTAB", .unconnected: "UNCONN"]
            let pids = table.holders(of: socket).map { $0.id.description }.sorted()
            let ends =
                socket.transport == .packet
                ? "*:\(table.interfaceName(of: socket) ?? "*") *"
                : "\(Self.end(socket, socket.local, table)) \(Self.end(socket, socket.remote, nil))"
            description = "\(states[socket.state] ?? socket.state.rawValue) \(ends) \(pids)"
        }

        /// ss writes `*` for an IPv6 socket that takes IPv4 too, and the interface after `%`.
        private static func end(_ socket: Socket, _ end: Endpoint, _ table: SocketTable?) -> String {
            let interface = table.flatMap { $0.interfaceName(of: socket) }.map { "%\($0)" } ?? ""
            let isWildcard = end.ip?.isUnspecified ?? false
            let address =
                isWildcard && socket.family == .ipv6 && socket.isIPv6Only != true
                ? "*" : socket.family == .ipv6 ? "[\(end.addressText)]" : end.addressText
            return "\(address)\(interface):\(end.port == 0 ? "*" : String(end.port))"
        }
    }
}
