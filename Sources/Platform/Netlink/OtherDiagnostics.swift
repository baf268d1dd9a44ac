package import LinuxSystem

/// A Unix-domain socket (linux/unix_diag.h).
package struct UnixSocketRecord: Sendable, Hashable {
    /// `SOCK_STREAM` (1), `SOCK_DGRAM` (2) or `SOCK_SEQPACKET` (5).
    package var type: UInt8
    package var state: UInt8
    package var inode: UInt32
    package var cookie: UInt64
    /// As bound, an abstract name with its leading zero byte; empty when not bound.
    package var name: [UInt8] = []
    package var userID: UInt32?

    /// Reads a `struct unix_diag_msg` (16 bytes) and its attributes.
    package init?(_ payload: UnsafeRawBufferPointer) {
        var reader = ByteReader(payload)
        guard reader.skip(1), let type = reader.next(UInt8.self), let state = reader.next(UInt8.self), reader.skip(1),
            let inode = reader.next(UInt32.self), let cookie = reader.next(UInt64.self),
            let attributes = reader.span(reader.remaining)
        else { return nil }
        (self.type, self.state, self.inode, self.cookie) = (type, state, inode, cookie)
        var name: [UInt8] = []
        var userID: UInt32?
        walkAttributes(attributes) { type, value in
            var reader = ByteReader(value)
            if type == 0 { name = reader.rest() }
            if type == 7 { userID = reader.next(UInt32.self) }
        }
        (self.name, self.userID) = (name, userID)
    }
}

/// A packet socket (packet(7), linux/packet_diag.h).
package struct PacketSocketRecord: Sendable, Hashable {
    /// `SOCK_RAW` (3) or `SOCK_DGRAM` (2).
    package var type: UInt8
    /// The Ethernet protocol it receives, host order: 3 is every protocol (`ETH_P_ALL`).
    package var ethernetProtocol: UInt16
    package var inode: UInt32
    package var cookie: UInt64
    package var interface: UInt32 = 0
    package var userID: UInt32 = 0

    /// Reads a `struct packet_diag_msg` (16 bytes) and its attributes.
    package init?(_ payload: UnsafeRawBufferPointer) {
        var reader = ByteReader(payload)
        guard reader.skip(1), let type = reader.next(UInt8.self), let number = reader.next(UInt16.self),
            let inode = reader.next(UInt32.self), let cookie = reader.next(UInt64.self),
            let attributes = reader.span(reader.remaining)
        else { return nil }
        (self.type, ethernetProtocol, self.inode, self.cookie) = (type, number, inode, cookie)
        var interface: UInt32 = 0
        var userID: UInt32 = 0
        walkAttributes(attributes) { type, value in
            var reader = ByteReader(value)
            if type == 0 { interface = reader.next(UInt32.self) ?? 0 }
            if type == 5 { userID = reader.next(UInt32.self) ?? 0 }
        }
        (self.interface, self.userID) = (interface, userID)
    }
}

/// A vsock socket (vsock(7), linux/vm_sockets_diag.h).
package struct VsockSocketRecord: Sendable, Hashable {
    package var state: UInt8
    package var localContext: UInt32
    package var localPort: UInt32
    package var remoteContext: UInt32
    package var remotePort: UInt32
    package var inode: UInt32
    package var cookie: UInt64

    /// Reads a `struct vsock_diag_msg` (32 bytes).
    package init?(_ payload: UnsafeRawBufferPointer) {
        var reader = ByteReader(payload)
        guard reader.skip(2), let state = reader.next(UInt8.self), reader.skip(1),
            let localContext = reader.next(UInt32.self), let localPort = reader.next(UInt32.self),
            let remoteContext = reader.next(UInt32.self), let remotePort = reader.next(UInt32.self),
            let inode = reader.next(UInt32.self), let cookie = reader.next(UInt64.self)
        else { return nil }
        (self.state, self.inode, self.cookie) = (state, inode, cookie)
        (self.localContext, self.localPort) = (localContext, localPort)
        (self.remoteContext, self.remotePort) = (remoteContext, remotePort)
    }
}

extension NetlinkSocket {
    package mutating func dumpUnixSockets(_ body: (UnixSocketRecord) -> Void) throws(SystemError) -> Completeness {
        // Every state; UDIAG_SHOW_NAME and UDIAG_SHOW_UID.
        try dump("Unix sockets", { diagnosticsRequest(family: 1, states: .max, show: 0x41, sequence: $0) }) {
            if let record = UnixSocketRecord($1) { body(record) }
        }
    }

    package mutating func dumpPacketSockets(_ body: (PacketSocketRecord) -> Void) throws(SystemError) -> Completeness {
        // PACKET_SHOW_INFO: interface and user.
        try dump("packet sockets", { diagnosticsRequest(family: 17, states: nil, show: 1, sequence: $0) }) {
            if let record = PacketSocketRecord($1) { body(record) }
        }
    }

    package mutating func dumpVsockSockets(_ body: (VsockSocketRecord) -> Void) throws(SystemError) -> Completeness {
        try dump("vsock sockets", { diagnosticsRequest(family: 40, states: .max, show: 0, sequence: $0) }) {
            if let record = VsockSocketRecord($1) { body(record) }
        }
    }
}

/// `struct unix_diag_req`, `packet_diag_req` (without states) and `vsock_diag_req`: family, protocol, padding, states, inode, what to
/// show, cookie.
private func diagnosticsRequest(family: UInt8, states: UInt32?, show: UInt32, sequence: UInt32) -> [UInt8] {
    var request = RequestBuilder(type: socketDiagnosticsByFamily, flags: RequestBuilder.dump, sequence: sequence)
    request.append(family)
    request.append(zeros: 3)
    if let states { request.append(states) }
    request.append(UInt32(0))
    request.append(show)
    request.append(zeros: 8)
    return request.finish()
}
