import HostModel

/// The short words that tables for people use for a socket's parts.
struct SocketLabels {
    let table: SocketTable

    /// Whether there is more than one network namespace, so that it has to be said which.
    var hasSeveralNamespaces: Bool { table.namespaces.count > 1 }

    /// `192.0.2.1:22`, `[::1]:631`; `*` for an address there is none of, or any port.
    static func text(of endpoint: Endpoint) -> String {
        let port = endpoint.port == 0 ? "*" : String(endpoint.port)
        if let ip = endpoint.ip, !ip.isIPv4 { return "[\(ip)]:\(port)" }
        return endpoint.addressText + ":" + port
    }

    /// `tcp`, or `tcp (eth0)` when bound to an interface.
    func local(of socket: Socket) -> String {
        let text = Self.text(of: socket.local)
        return interface(of: socket).map { text + " (" + $0 + ")" } ?? text
    }

    private func interface(of socket: Socket) -> String? {
        table.namespaces.at(socket.namespace) == nil ? nil : table.interfaceName(of: socket)
    }

    func user(_ id: UserID?) -> String { id.map { table.userNames[$0] ?? "\($0)" } ?? "" }

    func namespace(at index: Int32) -> String { table.namespaces.at(index)?.label ?? "" }

    /// The label of a namespace that is not Bailey's own; nil for that, which goes without saying.
    func foreignNamespace(at index: Int32) -> String? {
        table.namespaces.at(index).flatMap { $0.isOwn ? nil : $0.label }
    }

    func holders(at positions: Range<Int32>) -> [HostProcess] {
        positions.compactMap { table.holderIndices.at($0).flatMap { table.processes.at($0) } }
    }

    /// `sshd[812]`, `nginx[90] +3` for four holders; why there is none in brackets.
    func process(of socket: Socket) -> String { process(of: socket.holders, ownership: socket.ownership) }

    func process(of positions: Range<Int32>, ownership: Ownership) -> String {
        let holders = holders(at: positions)
        guard let first = holders.first else { return "(\(ownership.label))" }
        return "\(first.name)[\(first.id)]" + (holders.count > 1 ? " +\(holders.count - 1)" : "")
    }

    /// The systemd unit of its holders, or the container they run in.
    func unit(of socket: Socket) -> String {
        let holders = holders(at: socket.holders)
        if let container = holders.lazy.compactMap(\.container).first { return "container " + container.prefix(12) }
        return holders.lazy.compactMap(\.unit).first ?? ""
    }
}

extension Ownership {
    /// Why no process is named.
    var label: String {
        switch self {
        case .processes: "none"
        case .timeWait: "time wait"
        case .pending: "pending"
        case .orphaned: "orphaned"
        case .subflow: "mptcp subflow"
        case .kernel: "kernel"
        case .unknown: "unknown"
        }
    }
}
