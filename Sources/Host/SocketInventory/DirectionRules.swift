internal import HostModel

/// Decides which way each socket faces.
///
/// The rules, in this order, within one network namespace:
/// 1. A packet socket is a sniffer.
/// 2. TCP, MPTCP, SCTP, vsock and Unix sockets in the state `listen` are listening.
/// 3. UDP, UDP-Lite and raw sockets: connected ones are outbound; bound ones are listening; the rest are unbound.
/// 4. A connection is inbound when its local end belongs to a listener of the same transport: same port, and the listener is bound to
///    the same address, or to every address of the connection's family. An IPv6 listener on `::` that is not IPv6-only accepts
///    IPv4 too, so it covers IPv4 connections and IPv4-mapped ones (`::ffff:a.b.c.d`); one of which it is not known (text tables do
///    not tell) counts as that. A listener bound to an interface covers only
///    connections on it.
/// 5. Any other connection is outbound.
///
/// Rule 4 alone could be deceived: a program that listens on a port may connect out from that very port (`SO_REUSEPORT`), and its
/// connection would pass for inbound. So where the kernel's own counters show that this end opened the connection (`Socket.openedHere`), it
/// is outbound whatever listens.
struct DirectionRules {
    private struct Key: Hashable {
        let namespace: Int32
        let transport: Transport
        let port: UInt32
    }

    private struct Listener {
        let address: Endpoint.Address
        let acceptsIPv4: Bool
        let interface: UInt32
    }

    private var listeners: [Key: [Listener]] = [:]

    init(_ sockets: [Socket]) {
        for socket in sockets where socket.state == .listening {
            let listener = Listener(
                address: socket.local.address, acceptsIPv4: socket.family == .ipv6 && socket.isIPv6Only != true,
                interface: socket.interfaceIndex)
            listeners[Self.key(socket), default: []].append(listener)
        }
    }

    func direction(of socket: Socket) -> Direction {
        switch socket.transport {
        case .packet: return .sniffer
        case .udp, .udplite, .raw:
            if socket.state == .established { return .outbound }
            return socket.local.port == 0 ? .unbound : .listening
        case .tcp, .mptcp, .sctp, .vsock, .unix: break
        }
        switch socket.state {
        case .listening: return .listening
        case .unconnected, .bound: return .unbound
        case .synSent: return .outbound
        case .synReceived: return .inbound
        default: return socket.openedHere != true && belongsToListener(socket) ? .inbound : .outbound
        }
    }

    private func belongsToListener(_ socket: Socket) -> Bool {
        guard let candidates = listeners[Self.key(socket)] else { return false }
        return candidates.contains { listener in
            (listener.interface == 0 || listener.interface == socket.interfaceIndex || socket.interfaceIndex == 0)
                && covers(listener, socket.local.address)
        }
    }

    private func covers(_ listener: Listener, _ address: Endpoint.Address) -> Bool {
        switch (listener.address, address) {
        case (.ip(let bound), .ip(let local)):
            if bound.unmapped == local.unmapped { return true }
            guard bound.isUnspecified else { return false }
            return bound.isIPv4 == local.unmapped.isIPv4 || (!bound.isIPv4 && listener.acceptsIPv4)
        case (.context(let bound), .context(let local)): return bound == .max || bound == local
        default: return false
        }
    }

    private static func key(_ socket: Socket) -> Key {
        Key(namespace: socket.namespace, transport: socket.transport, port: socket.local.port)
    }
}
