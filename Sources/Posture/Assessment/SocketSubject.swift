import Findings
import HostModel
import Policies

/// Who holds a socket, in the one form that findings are grouped and named by: the program, never a process id.
struct SocketSubjects {
    private let table: SocketTable
    /// For each process the index of the first one that runs the same program.
    private let representative: [Int32]

    init(_ table: SocketTable) {
        self.table = table
        var first: [String: Int32] = [:]
        representative = table.processes.enumerated().map { index, process in
            let key = process.executable ?? process.name
            if let known = first[key] { return known }
            first[key] = Int32(index)
            return Int32(index)
        }
    }

    /// A number that is the same for all sockets of one program, and of one kind of nobody; no text is built for it.
    func number(of socket: Socket) -> Int32 {
        switch socket.holders.count {
        case 0: return socket.ownership == .unknown ? -1 : -2
        case 1: return representative[Int(table.holderIndices[Int(socket.holders.lowerBound)])]
        default:
            let holder = table.principalHolder(of: socket)
            let index = socket.holders.first { table.processes[Int(table.holderIndices[Int($0)])].id == holder?.id }
            return representative[Int(table.holderIndices[Int(index ?? socket.holders.lowerBound)])]
        }
    }

    /// What a fingerprint names: path or name of the program; empty for nobody.
    func identity(of socket: Socket) -> String {
        table.principalHolder(of: socket).map { $0.executable ?? $0.name } ?? ""
    }

    /// How a title names the holder.
    func name(of socket: Socket) -> String {
        if let holder = table.principalHolder(of: socket) { return holder.name.displayed(limit: 64) }
        switch socket.ownership {
        case .kernel: return "the kernel"
        case .timeWait, .orphaned, .pending, .subflow: return "a process that is gone"
        case .processes, .unknown: return "a process that could not be seen"
        }
    }

    /// A sentence's worth about the holder: "nginx (/usr/sbin/nginx, pid 812, user www-data, nginx.service)".
    func description(of socket: Socket) -> String {
        let user = table.userNames[socket.userID] ?? "\(socket.userID)"
        guard let holder = table.principalHolder(of: socket) else {
            return socket.ownership == .unknown ? "\(name(of: socket)), of user \(user.displayed)" : name(of: socket)
        }
        var parts: [String?] = [holder.executable?.displayed, "pid \(holder.id)", "user \(user.displayed)"]
        if holder.isExecutableDeleted { parts.append("whose program file is gone") }
        if holder.isExecutableElsewhere { parts.append("whose program file is not the host's of that path") }
        parts.append(holder.container.map { "container \($0.displayed(limit: 12))" } ?? holder.unit?.displayed)
        if socket.holders.count > 1 { parts.append("and \(socket.holders.count - 1) more") }
        return "\(name(of: socket)) (\(parts.compactMap { $0 }.joined(separator: ", ")))"
    }

    /// The namespace as a fingerprint names it: by name, for its number changes with every start of a container.
    func namespaceIdentity(of socket: Socket) -> String {
        let namespace = table.namespace(of: socket)
        return namespace.isOwn ? "host" : namespace.name ?? "unnamed"
    }

    /// Where the kernel was asked about the socket.
    func source(of socket: Socket) -> String {
        let namespace = table.namespace(of: socket)
        let place = namespace.isOwn ? "" : " in network namespace \(namespace.label.displayed(limit: 64))"
        return (namespace.source == .netlink ? "NETLINK_SOCK_DIAG" : "/proc/PID/net") + place
    }

    /// The systemd service that can be stopped to close the socket, where it is one.
    func service(of socket: Socket) -> String? {
        guard let unit = table.principalHolder(of: socket)?.unit, unit.hasSuffix(".service") else { return nil }
        return unit.displayed(limit: 128)
    }
}

extension Socket {
    /// `0.0.0.0:80`, `[::1]:80`; of packet sockets nothing.
    static func text(_ endpoint: Endpoint) -> String {
        guard let address = endpoint.ip else { return "\(endpoint.addressText):\(endpoint.port)" }
        return address.isIPv4 ? "\(address):\(endpoint.port)" : "[\(address)]:\(endpoint.port)"
    }
}

/// At most five things as evidence, and how many more there are.
func evidence(_ sockets: [Socket], _ describe: (Socket) -> Evidence) -> [Evidence] {
    var evidence = sockets.prefix(5).map(describe)
    if sockets.count > 5 {
        evidence.append(Evidence("and \(sockets.count - 5) more like these", from: evidence[0].source))
    }
    return evidence
}
