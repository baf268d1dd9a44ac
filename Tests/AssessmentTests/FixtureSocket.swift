import Assessment
import Foundation
import HostModel
import Policies
import YAML

/// A socket of a fixture, and what the policies are to have said of it.
struct FixtureSocket: Sendable {
    private static let keys: Set<String> = [
        "protocol", "address", "port", "state", "remote_address", "remote_port", "user", "process", "executable", "pid",
        "arguments", "unit", "verdict", "rule",
    ]

    var socket: Socket
    var process: HostProcess?
    var verdict: String
    var rule: String?

    init(_ node: YAMLNode) throws {
        try node.requireKeys(Self.keys)
        guard let address = node["address"]?.text.flatMap({ IPAddress($0) }),
            let port = node["port"]?.number.flatMap({ UInt32(exactly: $0) }),
            let transport = Transport(rawValue: node["protocol"]?.text ?? "tcp"),
            let state = SocketState(rawValue: node["state"]?.text ?? "listen")
        else { throw FixtureError("\(node.position): a socket needs address, port, protocol and state") }
        let remote = node["remote_address"]?.text.flatMap { IPAddress($0) }
        let user = UserID(UInt32(node["user"]?.number ?? 0))
        socket = Socket(
            transport: transport, family: address.isIPv4 ? .ipv4 : .ipv6, state: state,
            local: Endpoint(.ip(address), port: port),
            remote: Endpoint(
                .ip(remote ?? IPAddress(ipv4: 0)), port: UInt32(node["remote_port"]?.number ?? 0)),
            userID: user, inode: 0, namespace: 0)
        socket.direction = remote == nil ? .listening : .outbound
        verdict = node["verdict"]?.text ?? "unapproved"
        rule = node["rule"]?.text
        let executable = node["executable"]?.text
        if let name = node["process"]?.text ?? executable?.split(separator: "/").last.map(String.init) {
            process = HostProcess(
                id: ProcessID(Int32(node["pid"]?.number ?? 0)), parentID: ProcessID(1),
                startedAt: Date(timeIntervalSince1970: 1_700_000_000), name: name, executable: executable,
                commandLine: node["arguments"]?.elements?.compactMap(\.text) ?? [executable ?? name], userID: user)
            process?.unit = node["unit"]?.text
        }
    }

    static func table(_ sockets: [FixtureSocket]) -> SocketTable {
        var table = SocketTable()
        var namespace = NetworkNamespace(id: NamespaceID(1), isOwn: true, name: nil, source: .netlink)
        namespace.interfaces = [1: .init(name: "lo", isLoopback: true)]
        table.namespaces = [namespace]
        table.sockets = numbered(sockets)
        for fixture in sockets {
            guard var process = fixture.process else { continue }
            if process.id.rawValue == 0 { process.id = ProcessID(Int32(5000 + table.processes.count)) }
            table.holderIndices.append(Int32(table.processes.count))
            table.processes.append(process)
        }
        return table
    }

    /// The sockets with the places of their holders in the table, which has one process a socket that has any.
    private static func numbered(_ sockets: [FixtureSocket]) -> [Socket] {
        var next: Int32 = 0
        return sockets.enumerated().map { index, fixture in
            var socket = fixture.socket
            socket.inode = UInt64(10_000 + index)
            if fixture.process != nil {
                socket.holders = next..<(next + 1)
                socket.ownership = .processes
                next += 1
            }
            return socket
        }
    }

    static func ports(_ sockets: [FixtureSocket], _ snapshot: HostSnapshot, _ now: Date) -> PortReport {
        let numbered = numbered(sockets)
        let listeners = sockets.indices.filter { numbered[$0].direction == .listening }.map { index in
            PortReport.Listener(
                socket: numbered[index], exposure: snapshot.sockets.value?.exposure(of: numbered[index]) ?? .public,
                verdict: PortVerdict(rawValue: sockets[index].verdict) ?? .unapproved, rule: sockets[index].rule)
        }
        return PortReport(
            generatedAt: now, host: snapshot.host, rulesCount: sockets.count { $0.rule != nil }, listeners: listeners,
            findings: [], gaps: [])
    }

    static func egress(_ sockets: [FixtureSocket], _ snapshot: HostSnapshot, _ now: Date) -> EgressReport {
        let numbered = numbered(sockets)
        let connections = sockets.indices.filter { numbered[$0].direction == .outbound }.map { index in
            EgressReport.Connection(
                socket: numbered[index], verdict: EgressVerdict(rawValue: sockets[index].verdict) ?? .unapproved,
                rule: sockets[index].rule, remoteName: nil)
        }
        return EgressReport(
            generatedAt: now, host: snapshot.host, rulesCount: sockets.count { $0.rule != nil },
            connections: connections, findings: [], gaps: [])
    }
}
