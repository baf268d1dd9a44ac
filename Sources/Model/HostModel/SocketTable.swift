/// A Unix-domain socket that accepts connections, a kind of its own: it has a path instead of a port.
package struct UnixListener: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case stream
        case datagram
        case sequencedPacket = "seqpacket"
    }

    package var kind: Kind
    /// The path as bound; an abstract name (unix(7)) starts with `@`.
    package var path: String
    package var inode: UInt64
    package var cookie: UInt64
    package var userID: UserID?
    /// Index into `SocketTable.namespaces`.
    package var namespace: Int32
    package var ownership: Ownership = .unknown
    package var holders: Range<Int32> = 0..<0

    package init(kind: Kind, path: String, inode: UInt64, cookie: UInt64, userID: UserID?, namespace: Int32) {
        self.kind = kind
        self.path = path
        self.inode = inode
        self.cookie = cookie
        self.userID = userID
        self.namespace = namespace
    }
}

/// A network namespace and how its sockets were read.
package struct NetworkNamespace: Sendable, Hashable {
    package enum Source: String, Sendable {
        /// Entered, and the kernel asked by netlink.
        case netlink
        /// Not permitted to enter: read from `/proc/PID/net`, which has no cookies, counters or control groups.
        case procfs
    }

    package struct Interface: Sendable, Hashable {
        package var name: String
        package var isLoopback: Bool

        package init(name: String, isLoopback: Bool) {
            self.name = name
            self.isLoopback = isLoopback
        }
    }

    package var id: NamespaceID
    /// The namespace Bailey itself runs in.
    package var isOwn: Bool
    /// The last component of the path it is mounted at (`ip netns` names), where there is one.
    package var name: String?
    package var source: Source
    package var interfaces: [UInt32: Interface] = [:]

    package init(id: NamespaceID, isOwn: Bool, name: String?, source: Source) {
        self.id = id
        self.isOwn = isOwn
        self.name = name
        self.source = source
    }

    /// `host` for Bailey's own, else its mounted name, else `net:[inode]`.
    package var label: String { isOwn ? "host" : name ?? id.description }
}

/// Every socket that was seen, and the tables its numbers point into.
package struct SocketTable: Sendable {
    package var sockets: [Socket] = []
    package var unixListeners: [UnixListener] = []
    package var namespaces: [NetworkNamespace] = []
    /// The processes that hold at least one socket, by process id.
    package var processes: [HostProcess] = []
    /// Indices into `processes`, each socket's holders one after the other.
    package var holderIndices: [Int32] = []
    package var userNames: [UserID: String] = [:]
    /// Control group paths of the unified hierarchy by inode: `/system.slice/ssh.service`.
    package var cgroupPaths: [UInt64: String] = [:]
    package var gaps: [Gap] = []
    /// Those of `gaps` that hide who holds a socket, and no socket.
    package var holderGaps: Set<Gap> = []

    package init() {}

    package func holders(of socket: Socket) -> [HostProcess] { processes(at: socket.holders) }
    package func holders(of listener: UnixListener) -> [HostProcess] { processes(at: listener.holders) }

    private func processes(at range: Range<Int32>) -> [HostProcess] {
        range.map { processes[Int(holderIndices[Int($0)])] }
    }

    package func namespace(of socket: Socket) -> NetworkNamespace { namespaces[Int(socket.namespace)] }

    /// The name of the interface a socket is bound to; nil when it is bound to none.
    package func interfaceName(of socket: Socket) -> String? {
        guard socket.interfaceIndex != 0 else { return nil }
        return namespace(of: socket).interfaces[socket.interfaceIndex]?.name ?? "if\(socket.interfaceIndex)"
    }

    package func cgroupPath(of socket: Socket) -> String? { socket.cgroupID.flatMap { cgroupPaths[$0] } }

    /// Who can reach a listening socket, by the address and interface it is bound to.
    package func exposure(of socket: Socket) -> Exposure {
        let interface = namespace(of: socket).interfaces[socket.interfaceIndex]
        return Exposure(of: socket.local.address, isBoundToLoopbackInterface: interface?.isLoopback ?? false)
    }
}
