package import HostModel

extension RuleHeader {
    /// A header for a rule that is to be written, not one that was read.
    package static func proposed(id: String = "", reason: String, review: Review) -> RuleHeader {
        RuleHeader(
            id: id, reason: reason, owner: nil, expires: nil, comment: nil, review: review,
            location: SourceLocation(path: "", line: 0, column: 0))
    }
}

extension PortRule {
    /// The narrowest rule that people would write for a listening socket: its protocol and port, where it is bound, and who holds it.
    package init(proposedFor socket: Socket, in table: SocketTable, header: RuleHeader) {
        let namespace = table.namespace(of: socket)
        let owner = OwnerProposal(socket, in: table)
        self.init(
            header: header, transport: socket.transport,
            ports: socket.transport == .packet ? nil : PortSet(socket.local.port),
            addresses: BindScope(proposedFor: socket).map { [$0] }, interface: table.interfaceName(of: socket),
            // A namespace without a name is a container's, and gets another number with every start.
            namespace: namespace.isOwn ? .host : namespace.name.map { .named($0) } ?? .any, process: owner.process,
            user: owner.user)
        if transport == .packet, process == nil, user == nil { user = .id(socket.userID) }
    }
}

extension BindScope {
    /// Nil where a socket has no address that a rule could name.
    fileprivate init?(proposedFor socket: Socket) {
        switch socket.local.address {
        case .context(1): self = .loopback
        case .context, .none: return nil
        case .ip(let bound):
            let address = bound.unmapped
            self = address.isUnspecified ? .any : address.isLoopback ? .loopback : .range(AddressRange(address))
        }
    }
}

extension EgressRule {
    /// The narrowest rule that people would write for a connection: where it goes, and who holds it.
    package init(proposedFor socket: Socket, in table: SocketTable, header: RuleHeader) {
        let destination: EgressDestination =
            switch socket.remote.address {
            case .context(1): .loopback
            case .context, .none: .any
            case .ip(let address): address.isLoopback ? .loopback : .range(AddressRange(address.unmapped))
            }
        let owner = OwnerProposal(socket, in: table)
        self.init(
            header: header, destinations: [destination], ports: PortSet(socket.remote.port),
            transport: socket.transport,
            process: owner.process, user: owner.user, cgroup: nil, unit: nil)
    }
}

/// Who a proposed rule names: the program by its path, by its name where the path is not known, else, as where several programs hold the
/// socket together, the user where the kernel still knows one.
private struct OwnerProposal {
    var process: ProcessCriterion?
    var user: UserCriterion?

    init(_ socket: Socket, in table: SocketTable) {
        if let holder = table.principalHolder(of: socket) {
            // On the host, the path of a program that is not the host's would name another file.
            let path = holder.isExecutableElsewhere && table.namespace(of: socket).isOwn ? nil : holder.executable
            let criterion = path.map { .executable($0) } ?? ProcessCriterion.name(holder.name)
            // What a policy cannot say (a name with a slash or control characters in it) is left to the user.
            if criterion.isWritable,
                table.holders(of: socket).allSatisfy({ $0.id.rawValue == 1 || criterion.matches($0) })
            {
                process = criterion
                return
            }
        }
        switch socket.ownership {
        case .timeWait, .pending, .orphaned: break
        case .processes, .subflow, .kernel, .unknown: user = UserCriterion(proposedFor: socket.userID, in: table)
        }
    }
}

extension UserCriterion {
    fileprivate init(proposedFor id: UserID, in table: SocketTable) {
        guard let name = table.userNames[id], !name.contains(where: { $0.isWhitespace || $0 == ":" }),
            decimal(name.utf8) == nil
        else {
            self = .id(id)
            return
        }
        self = .name(name)
    }
}

extension ProcessCriterion {
    /// Whether a policy can name it.
    fileprivate var isWritable: Bool {
        let text = description
        guard !text.isEmpty, text == text.trimmingSpace,
            !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f })
        else { return false }
        switch self {
        case .name: return !text.contains("/")
        case .executable:
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            return text.hasPrefix("/") && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
        }
    }
}

extension SocketTable {
    /// The holder that a socket is told by: not the service manager that opened it for somebody (systemd.socket(5)) when there is
    /// another, and of several the one whose program comes first by name, so that every run names the same.
    package func principalHolder(of socket: Socket) -> HostProcess? {
        if socket.holders.count <= 1 {
            return socket.holders.first.map { processes[Int(holderIndices[Int($0)])] }
        }
        let holders = holders(of: socket)
        let others = holders.filter { $0.id != ProcessID(1) }
        return (others.isEmpty ? holders : others).min {
            ($0.executable ?? "", $0.name, $0.id) < ($1.executable ?? "", $1.name, $1.id)
        }
    }
}
