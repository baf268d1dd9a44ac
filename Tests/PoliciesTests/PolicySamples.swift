import FoundationEssentials
import HostModel
import Policies
import Testing

/// 2026-06-15 12:00 UTC.
let noon = (CalendarDay("2026-06-15")?.start ?? Date(timeIntervalSince1970: 0)).addingTimeInterval(43_200)

func portPolicy(_ rules: String...) throws -> PortPolicy {
    try PortPolicy(parsing: [PolicyText(path: "p.yaml", document(rules))])
}

func egressPolicy(_ rules: String...) throws -> EgressPolicy {
    try EgressPolicy(parsing: [PolicyText(path: "e.yaml", document(rules))])
}

/// A document of rules in flow style, `{…}` each, the reason added where there is none.
private func document(_ rules: [String]) -> String {
    "schema: 1\nrules:\n"
        + rules.map { "  - " + ($0.contains("reason:") ? $0 : String($0.dropLast()) + ", reason: because}") + "\n" }
        .joined()
}

/// A table with the host's own namespace and one named `blue`, put together socket by socket.
struct Host {
    var table = SocketTable()

    init() {
        var own = NetworkNamespace(id: NamespaceID(1), isOwn: true, name: nil, source: .netlink)
        own.interfaces = [1: .init(name: "lo", isLoopback: true), 2: .init(name: "eth0", isLoopback: false)]
        table.namespaces = [own, NetworkNamespace(id: NamespaceID(2), isOwn: false, name: "blue", source: .netlink)]
        table.userNames = [.root: "root", UserID(1000): "ada"]
    }

    /// Adds a process and returns its index.
    mutating func process(_ executable: String, name: String? = nil, cgroup: String? = nil, unit: String? = nil)
        -> Int32
    {
        let index = Int32(table.processes.count)
        var process = HostProcess(
            id: ProcessID(100 + index), parentID: ProcessID(1), startedAt: noon,
            name: name ?? String(executable.split(separator: "/").last ?? "?"), executable: executable, commandLine: [],
            userID: .root)
        (process.cgroup, process.unit) = (cgroup, unit)
        table.processes.append(process)
        return index
    }

    @discardableResult
    mutating func add(
        _ transport: Transport, _ local: String, _ port: UInt32, to remote: (String, UInt32)? = nil,
        by holder: Int32? = nil,
        user: UserID = .root, ownership: Ownership? = nil, isIPv6Only: Bool? = nil, interface: UInt32 = 0,
        namespace: Int32 = 0
    ) throws -> Socket {
        let address = try #require(IPAddress(local))
        let far = try remote.map { Endpoint(.ip(try #require(IPAddress($0.0))), port: $0.1) }
        var socket = Socket(
            transport: transport, family: address.isIPv4 ? .ipv4 : .ipv6, state: far == nil ? .listening : .established,
            local: Endpoint(.ip(address), port: port),
            remote: far ?? Endpoint(.ip(address.isIPv4 ? .anyIPv4 : .anyIPv6), port: 0), userID: user, inode: 1,
            namespace: namespace)
        socket.direction = far == nil ? .listening : .outbound
        socket.ownership = ownership ?? (holder == nil ? .kernel : .processes)
        socket.isIPv6Only = isIPv6Only
        socket.interfaceIndex = interface
        if let holder {
            let start = Int32(table.holderIndices.count)
            table.holderIndices.append(holder)
            socket.holders = start..<start + 1
        }
        table.sockets.append(socket)
        return socket
    }
}
