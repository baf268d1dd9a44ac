internal import HostModel
internal import Netlink

// What the kernel's numbers mean: the records of the Netlink module become sockets of the model.

extension NamespaceSockets {
    mutating func add(_ record: InetSocketRecord, _ transport: InetProtocol) {
        let isIPv4 = record.family == 2
        var socket = Socket(
            transport: Transport(transport), family: isIPv4 ? .ipv4 : .ipv6,
            state: SocketState(kernel: record.state, transport: transport, isConnected: record.remotePort != 0),
            local: Endpoint(
                .ip(.init(isIPv4: isIPv4, high: record.localHigh, low: record.localLow)), port: UInt32(record.localPort)
            ),
            remote: Endpoint(
                .ip(.init(isIPv4: isIPv4, high: record.remoteHigh, low: record.remoteLow)),
                port: UInt32(record.remotePort)),
            userID: UserID(record.userID), inode: UInt64(record.inode), namespace: namespace)
        socket.interfaceIndex = record.interface
        socket.cookie = record.cookie
        socket.isIPv6Only = isIPv4 ? nil : record.isIPv6Only
        socket.cgroupID = record.cgroupID
        socket.isSubflow = record.isMPTCPSubflow
        if let traffic = record.traffic, socket.state != .listening {
            socket.counters = ConnectionCounters(
                bytesSent: traffic.bytesSent, bytesReceived: traffic.bytesReceived,
                roundTripMicroseconds: traffic.roundTripMicroseconds)
            if socket.state == .established || socket.state == .closeWait {
                socket.openedHere = traffic.acknowledgedBeyondData.flatMap { [0: false, 1: true][$0] }
            }
        }
        sockets.append(socket)
    }

    mutating func add(_ record: PacketSocketRecord) {
        var socket = Socket(
            transport: .packet, family: .packet, state: .unconnected,
            local: Endpoint(.none, port: UInt32(record.ethernetProtocol)), remote: Endpoint(.none, port: 0),
            userID: UserID(record.userID), inode: UInt64(record.inode), namespace: namespace)
        socket.interfaceIndex = record.interface
        socket.cookie = record.cookie
        sockets.append(socket)
    }

    mutating func add(_ record: VsockSocketRecord) {
        var socket = Socket(
            transport: .vsock, family: .vsock,
            state: SocketState(kernel: record.state, transport: .tcp, isConnected: true),
            local: Endpoint(.context(record.localContext), port: record.localPort),
            remote: Endpoint(.context(record.remoteContext), port: record.remotePort), userID: .root,
            inode: UInt64(record.inode), namespace: namespace)
        socket.cookie = record.cookie
        sockets.append(socket)
    }

    /// A listener is a stream or sequenced-packet socket that listens, or a datagram socket with a name others can send to.
    mutating func add(_ record: UnixSocketRecord) {
        let isListening = record.state == 10 || (record.type == 2 && record.state != 1 && !record.name.isEmpty)
        let kinds: [UInt8: UnixListener.Kind] = [1: .stream, 2: .datagram, 5: .sequencedPacket]
        guard isListening, let kind = kinds[record.type] else {
            otherUnixInodes.insert(UInt64(record.inode))
            return
        }
        unixListeners.append(
            UnixListener(
                kind: kind, path: Self.path(record.name), inode: UInt64(record.inode), cookie: record.cookie,
                userID: record.userID.map { UserID($0) }, namespace: namespace))
    }

    /// A bound path ends at its first zero byte; an abstract name starts with one and is shown with `@` for each (unix(7)).
    private static func path(_ name: [UInt8]) -> String {
        guard name.first == 0 else { return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self) }
        return String(decoding: name.map { $0 == 0 ? UInt8(ascii: "@") : $0 }, as: UTF8.self)
    }
}

extension Transport {
    init(_ transport: InetProtocol) {
        self =
            switch transport {
            case .tcp: .tcp
            case .udp: .udp
            case .udplite: .udplite
            case .sctp: .sctp
            case .mptcp: .mptcp
            case .raw: .raw
            }
    }
}

extension SocketState {
    /// The numbers of `enum` in include/net/tcp_states.h. An SCTP association counts by `enum sctp_state` (linux/sctp.h) instead;
    /// its endpoint, which has no peer, by TCP's.
    init(kernel number: UInt8, transport: InetProtocol, isConnected: Bool) {
        if transport == .sctp, isConnected {
            self =
                switch number {
                case 1, 2: .synSent
                case 3: .established
                case 4...7: .closing
                default: .unconnected
                }
            return
        }
        self =
            switch number {
            case 1: .established
            case 2: .synSent
            case 3, 12: .synReceived
            case 4: .finWait1
            case 5: .finWait2
            case 6: .timeWait
            case 8: .closeWait
            case 9: .lastAck
            case 10: .listening
            case 11: .closing
            // A TCP socket that is listed while closed is one that is bound (TCPF_BOUND_INACTIVE, Linux 6.8).
            case 7, 13: transport == .tcp || transport == .mptcp ? .bound : .unconnected
            default: .unconnected
            }
    }
}

extension IPAddress {
    /// An address as `inet_diag` lays it out: 16 bytes in network order, of which IPv4 uses the first four.
    fileprivate init(isIPv4: Bool, high: UInt64, low: UInt64) {
        if isIPv4 {
            self.init(ipv4: UInt32(high >> 32))
        } else {
            self.init(ipv6High: high, low: low)
        }
    }
}
