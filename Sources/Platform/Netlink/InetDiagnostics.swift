package import LinuxSystem

/// One IP socket as `inet_diag` describes it (linux/inet_diag.h), in numbers.
package struct InetSocketRecord: Sendable {
    /// `AF_INET` (2) or `AF_INET6` (10).
    package var family: UInt8 = 0
    /// `TCP_ESTABLISHED` (1) and on; SCTP associations have states of their own.
    package var state: UInt8 = 0
    package var localPort: UInt16 = 0
    package var remotePort: UInt16 = 0
    /// Network order read as a number; an IPv4 address stands in `localHigh`'s upper half.
    package var localHigh: UInt64 = 0
    package var localLow: UInt64 = 0
    package var remoteHigh: UInt64 = 0
    package var remoteLow: UInt64 = 0
    package var interface: UInt32 = 0
    package var cookie: UInt64 = 0
    package var userID: UInt32 = 0
    package var inode: UInt32 = 0
    package var isIPv6Only: Bool?
    package var cgroupID: UInt64?
    /// The protocol a raw socket was opened for (`INET_DIAG_RAW…`, sdiag_raw_protocol).
    package var rawProtocol: UInt8?
    /// `INET_ULP_INFO_NAME` is "mptcp": one path of an MPTCP connection.
    package var isMPTCPSubflow = false
    package var traffic: Traffic?

    /// What TCP and MPTCP count (`struct tcp_info`, `struct mptcp_info`).
    package struct Traffic: Sendable, Hashable {
        package var bytesSent: UInt64 = 0
        package var bytesReceived: UInt64 = 0
        package var roundTripMicroseconds: UInt32 = 0
        /// Acknowledged bytes beyond the data that was sent: 1 for the end that opened the connection, whose SYN is counted
        /// (tcp_ack of a SYN-ACK, net/ipv4/tcp_input.c), 0 for the end that accepted it. Nil while data is in flight.
        package var acknowledgedBeyondData: Int64?
    }

    package init() {}
}

/// The IP protocols sock_diag tells about.
package enum InetProtocol: UInt16, Sendable, CaseIterable {
    case tcp = 6
    case udp = 17
    case sctp = 132
    case udplite = 136
    case raw = 255
    case mptcp = 262
}

extension NetlinkSocket {
    /// Dumps all TCP sockets of both families, in every state, in one walk of the kernel's tables.
    ///
    /// `SOCK_DIAG_BY_FAMILY` walks all TCP sockets once a family, and at 120,000 sockets a walk is 30 ms; the older request
    /// `TCPDIAG_GETSOCK` (linux/inet_diag.h) takes both families in one and answers with the same messages.
    package mutating func dumpTCPSockets(_ body: (InetSocketRecord) -> Void) throws(SystemError) -> Completeness {
        try dump(
            "TCP sockets",
            { sequence in
                var request = RequestBuilder(type: 18, flags: RequestBuilder.dump, sequence: sequence)
                request.append(zeros: 3)
                request.append(InetSocketRecord.informationExtension)
                request.append(zeros: 48)
                request.append(UInt32.max)
                request.append(UInt32(0))
                return request.finish()
            },
            { _, payload in
                if let record = InetSocketRecord(payload, transport: .tcp) { body(record) }
            })
    }

    /// Dumps all sockets of one protocol and family, in every state.
    package mutating func dumpInetSockets(
        _ transport: InetProtocol, family: UInt8, _ body: (InetSocketRecord) -> Void
    ) throws(SystemError) -> Completeness {
        try dump(
            "\(transport) sockets", { inetRequest(transport, family: family, sequence: $0) },
            { _, payload in
                if let record = InetSocketRecord(payload, transport: transport) { body(record) }
            })
    }
}

/// `SOCK_DIAG_BY_FAMILY`, the one request of sock_diag (sock_diag(7)).
let socketDiagnosticsByFamily: UInt16 = 20

/// A `struct inet_diag_req_v2` for a dump of everything, with `INET_DIAG_INFO`.
private func inetRequest(_ transport: InetProtocol, family: UInt8, sequence: UInt32) -> [UInt8] {
    var request = RequestBuilder(type: socketDiagnosticsByFamily, flags: RequestBuilder.dump, sequence: sequence)
    request.append(family)
    request.append(UInt8(truncatingIfNeeded: min(transport.rawValue, 255)))
    request.append(transport == .mptcp ? InetSocketRecord.informationExtension : UInt8(0))
    request.append(UInt8(0))
    request.append(UInt32.max)
    request.append(zeros: 48)
    // A protocol number beyond eight bits has an attribute of its own, INET_DIAG_REQ_PROTOCOL.
    if transport.rawValue > 255 { request.attribute(3, UInt32(transport.rawValue)) }
    return request.finish()
}

extension InetSocketRecord {
    /// Asks for `INET_DIAG_INFO` (2), the counters; extensions are bits from the first on.
    static let informationExtension: UInt8 = 1 << 1

    /// Reads a `struct inet_diag_msg` (72 bytes) and its attributes; nil when the bytes are too few.
    package init?(_ payload: UnsafeRawBufferPointer, transport: InetProtocol) {
        self.init()
        var reader = ByteReader(payload)
        guard let family = reader.next(UInt8.self), let state = reader.next(UInt8.self), reader.skip(2),
            let localPort = reader.nextBigEndian(UInt16.self), let remotePort = reader.nextBigEndian(UInt16.self),
            let localHigh = reader.nextBigEndian(UInt64.self), let localLow = reader.nextBigEndian(UInt64.self),
            let remoteHigh = reader.nextBigEndian(UInt64.self), let remoteLow = reader.nextBigEndian(UInt64.self),
            let interface = reader.next(UInt32.self), let cookie = reader.next(UInt64.self), reader.skip(12),
            let userID = reader.next(UInt32.self), let inode = reader.next(UInt32.self)
        else { return nil }
        (self.family, self.state, self.localPort, self.remotePort) = (family, state, localPort, remotePort)
        (self.localHigh, self.localLow, self.remoteHigh, self.remoteLow) = (localHigh, localLow, remoteHigh, remoteLow)
        (self.interface, self.cookie, self.userID, self.inode) = (interface, cookie, userID, inode)
        guard let attributes = reader.span(reader.remaining) else { return }
        var attributed = self
        walkAttributes(attributes) { type, value in attributed.take(type, value, transport) }
        self = attributed
    }

    private mutating func take(_ type: UInt16, _ value: UnsafeRawBufferPointer, _ transport: InetProtocol) {
        var reader = ByteReader(value)
        switch type {
        case 2: traffic = transport == .tcp ? Traffic(tcpInfo: value) : Traffic(mptcpInfo: value)
        case 11: isIPv6Only = reader.next(UInt8.self).map { $0 != 0 }
        case 19: walkAttributes(value) { if $0 == 1, Self.isMPTCP($1) { isMPTCPSubflow = true } }
        case 20: rawProtocol = reader.next(UInt8.self)
        case 21: cgroupID = reader.next(UInt64.self)
        default: break
        }
    }

    private static func isMPTCP(_ name: UnsafeRawBufferPointer) -> Bool {
        ByteReader(name).rest().starts(with: "mptcp".utf8)
    }
}

extension InetSocketRecord.Traffic {
    /// Offsets in `struct tcp_info` (linux/tcp.h); an older kernel's is shorter and then says less.
    init?(tcpInfo bytes: UnsafeRawBufferPointer) {
        guard let rtt = bytes.number(at: 68, UInt32.self), let acknowledged = bytes.number(at: 120, UInt64.self),
            let received = bytes.number(at: 128, UInt64.self)
        else { return nil }
        (roundTripMicroseconds, bytesReceived) = (rtt, received)
        bytesSent = acknowledged
        guard let sent = bytes.number(at: 200, UInt64.self), let retransmitted = bytes.number(at: 208, UInt64.self),
            let inFlight = bytes.number(at: 24, UInt32.self)
        else { return }
        bytesSent = sent
        if inFlight == 0 {
            acknowledgedBeyondData = Int64(truncatingIfNeeded: acknowledged &+ retransmitted &- sent)
        }
    }

    /// Offsets in `struct mptcp_info` (linux/mptcp.h), whose byte counts came with Linux 6.4.
    init?(mptcpInfo bytes: UnsafeRawBufferPointer) {
        guard let sent = bytes.number(at: 56, UInt64.self), let received = bytes.number(at: 64, UInt64.self) else {
            return nil
        }
        (bytesSent, bytesReceived) = (sent, received)
    }
}
