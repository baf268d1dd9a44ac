/// The protocol a socket speaks.
package enum Transport: String, Sendable, CaseIterable {
    case tcp, udp, udplite, sctp, mptcp, raw, packet, vsock, unix
}

/// The address family of a socket (`AF_*`).
package enum SocketFamily: String, Sendable {
    case ipv4, ipv6, packet, vsock, unix
}

/// The state of a socket, in the names of RFC 9293 and `ss`; protocols without a state machine use `unconnected` and `established`.
package enum SocketState: String, Sendable, CaseIterable {
    case established
    case synSent = "syn_sent"
    case synReceived = "syn_received"
    case finWait1 = "fin_wait_1"
    case finWait2 = "fin_wait_2"
    case timeWait = "time_wait"
    case unconnected
    case closeWait = "close_wait"
    case lastAck = "last_ack"
    case listening = "listen"
    case closing
    /// Bound to a port and neither listening nor connected (`TCP_BOUND_INACTIVE`).
    case bound
}

/// Which way a socket faces. The rules stand at `DirectionRules`.
package enum Direction: String, Sendable {
    case listening
    case inbound
    case outbound
    /// Reads frames from an interface: a packet socket.
    case sniffer
    /// Neither bound nor connected to anything yet.
    case unbound
}

/// One end of a socket. The port is a 16-bit port number, a vsock port (32 bits), or, of a raw socket, the IP protocol number.
package struct Endpoint: Hashable, Sendable {
    package enum Address: Hashable, Sendable {
        case ip(IPAddress)
        /// A vsock context id: 0 hypervisor, 1 loopback, 2 host, 0xffffffff any (vsock(7)).
        case context(UInt32)
        /// Packet sockets have none.
        case none
    }

    package var address: Address
    package var port: UInt32

    package init(_ address: Address, port: UInt32) {
        self.address = address
        self.port = port
    }

    package var ip: IPAddress? {
        if case .ip(let address) = address { address } else { nil }
    }

    /// The address as people write it; `*` where there is none or any.
    package var addressText: String {
        switch address {
        case .ip(let address): address.description
        case .context(UInt32.max), .none: "*"
        case .context(let id): String(id)
        }
    }
}

/// What the kernel counted for one connection.
package struct ConnectionCounters: Hashable, Sendable {
    /// Bytes sent including retransmissions (`tcpi_bytes_sent`), and received in order (`tcpi_bytes_received`).
    package var bytesSent: UInt64
    package var bytesReceived: UInt64
    /// Smoothed round-trip time in microseconds; 0 before the first sample.
    package var roundTripMicroseconds: UInt32

    package init(bytesSent: UInt64, bytesReceived: UInt64, roundTripMicroseconds: UInt32) {
        self.bytesSent = bytesSent
        self.bytesReceived = bytesReceived
        self.roundTripMicroseconds = roundTripMicroseconds
    }
}

/// Who has a socket open.
package enum Ownership: String, Sendable {
    /// One or more processes; `SocketTable.holders(of:)` names them all.
    case processes
    /// The connection is closed and waits out its last segments (RFC 9293 §3.3.2); no process has it.
    case timeWait = "time_wait"
    /// The kernel has not handed it to a listener yet (SYN received).
    case pending
    /// Every process closed it while the kernel still finishes the connection.
    case orphaned
    /// One path of an MPTCP connection, held by the kernel for the MPTCP socket.
    case subflow
    /// All processes were looked at and none has it: opened by the kernel itself, or on its way between processes.
    case kernel
    /// Not every process could be looked at, so its holder is not known.
    case unknown
}

/// One socket as the kernel describes it. A plain value without references, so that tables of 100,000 stay small and fast; names
/// that many sockets share (interfaces, users, control groups, processes) are looked up in its `SocketTable`.
package struct Socket: Sendable {
    package var transport: Transport
    package var family: SocketFamily
    package var state: SocketState
    package var direction: Direction = .unbound
    package var ownership: Ownership = .unknown
    /// True or false where the kernel says whether an IPv6 socket refuses IPv4 (`IPV6_V6ONLY`); nil where it does not.
    package var isIPv6Only: Bool?
    /// Whether this end opened the connection, where the kernel's counters tell (see `InetSocketRecord.Traffic`).
    package var openedHere: Bool?
    /// One path of an MPTCP connection, which is a socket of its own beside this.
    package var isSubflow = false
    package var local: Endpoint
    package var remote: Endpoint
    /// The interface it is bound to, 0 for any.
    package var interfaceIndex: UInt32 = 0
    package var userID: UserID
    /// The number in `socket:[…]` of `/proc/PID/fd`; 0 when no file refers to it.
    package var inode: UInt64
    /// The kernel's own unique number for the socket; 0 where it gave none.
    package var cookie: UInt64 = 0
    /// The inode of its control group in the unified hierarchy.
    package var cgroupID: UInt64?
    package var counters: ConnectionCounters?
    /// Index into `SocketTable.namespaces`.
    package var namespace: Int32
    /// Where its holders stand in `SocketTable.holderIndices`.
    package var holders: Range<Int32> = 0..<0

    package init(
        transport: Transport, family: SocketFamily, state: SocketState, local: Endpoint, remote: Endpoint,
        userID: UserID,
        inode: UInt64, namespace: Int32
    ) {
        self.transport = transport
        self.family = family
        self.state = state
        self.local = local
        self.remote = remote
        self.userID = userID
        self.inode = inode
        self.namespace = namespace
    }
}
