import HostModel
import Testing

@testable import SocketInventory

/// Each clause of `DirectionRules`, on a listener and a connection made here.
@Suite struct DirectionRulesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Where the listener is bound; nil for no listener.
        var listener: String?
        var isIPv6Only: Bool?
        var listenerInterface: UInt32 = 0
        var listenerNamespace: Int32 = 0
        var local: String
        var interface: UInt32 = 0
        var openedHere: Bool?
        var direction: Direction
    }

    @Test(
        "A connection is inbound exactly when its local end belongs to a listener",
        arguments: [
            Case(testDescription: "the same address", listener: "10.0.0.1", local: "10.0.0.1", direction: .inbound),
            Case(testDescription: "another address", listener: "10.0.0.2", local: "10.0.0.1", direction: .outbound),
            Case(testDescription: "every IPv4 address", listener: "0.0.0.0", local: "10.0.0.1", direction: .inbound),
            Case(testDescription: "no listener", listener: nil, local: "10.0.0.1", direction: .outbound),
            Case(
                testDescription: "dual stack takes IPv4", listener: "::", isIPv6Only: false, local: "10.0.0.1",
                direction: .inbound),
            Case(
                testDescription: "dual stack takes mapped IPv4", listener: "::", isIPv6Only: false,
                local: "::ffff:10.0.0.1", direction: .inbound),
            Case(
                testDescription: "not known to be IPv6 only", listener: "::", local: "::ffff:10.0.0.1",
                direction: .inbound),
            Case(
                testDescription: "IPv6 only takes no IPv4", listener: "::", isIPv6Only: true, local: "::ffff:10.0.0.1",
                direction: .outbound),
            Case(
                testDescription: "every IPv6 address", listener: "::", isIPv6Only: true, local: "2001:db8::1",
                direction: .inbound),
            Case(
                testDescription: "every IPv4 address is no IPv6 address", listener: "0.0.0.0", local: "2001:db8::1",
                direction: .outbound),
            Case(
                testDescription: "bound to another interface", listener: "0.0.0.0", listenerInterface: 2,
                local: "10.0.0.1", interface: 3, direction: .outbound),
            Case(
                testDescription: "in another namespace", listener: "0.0.0.0", listenerNamespace: 1, local: "10.0.0.1",
                direction: .outbound),
            Case(
                testDescription: "opened from the port that listens", listener: "0.0.0.0", local: "10.0.0.1",
                openedHere: true, direction: .outbound),
            Case(
                testDescription: "accepted, and counted so", listener: "0.0.0.0", local: "10.0.0.1", openedHere: false,
                direction: .inbound),
        ])
    func connections(_ example: Case) throws {
        var sockets: [Socket] = []
        if let address = example.listener {
            var listener = try Self.socket(.tcp, .listening, at: address)
            listener.isIPv6Only = example.isIPv6Only
            listener.interfaceIndex = example.listenerInterface
            listener.namespace = example.listenerNamespace
            sockets.append(listener)
        }
        var connection = try Self.socket(.tcp, .established, at: example.local, to: "192.0.2.1")
        connection.interfaceIndex = example.interface
        connection.openedHere = example.openedHere
        #expect(DirectionRules(sockets + [connection]).direction(of: connection) == example.direction)
    }

    @Test(
        "Datagram and raw sockets are outbound when connected, listening when bound, else unbound",
        arguments: [Transport.udp, .udplite, .raw])
    func datagrams(_ transport: Transport) throws {
        let rules = DirectionRules([])
        let connected = try Self.socket(transport, .established, at: "10.0.0.1", to: "192.0.2.1")
        #expect(rules.direction(of: connected) == .outbound)
        #expect(rules.direction(of: try Self.socket(transport, .unconnected, at: "0.0.0.0")) == .listening)
        var free = try Self.socket(transport, .unconnected, at: "0.0.0.0")
        free.local.port = 0
        #expect(rules.direction(of: free) == .unbound)
    }

    @Test("What is being opened is outbound, what is being accepted inbound, what is only bound neither")
    func halfOpen() throws {
        let rules = DirectionRules([])
        #expect(rules.direction(of: try Self.socket(.tcp, .synSent, at: "10.0.0.1", to: "192.0.2.1")) == .outbound)
        #expect(rules.direction(of: try Self.socket(.tcp, .synReceived, at: "10.0.0.1", to: "192.0.2.1")) == .inbound)
        #expect(rules.direction(of: try Self.socket(.tcp, .bound, at: "10.0.0.1")) == .unbound)
    }

    private static func socket(
        _ transport: Transport, _ state: SocketState, at local: String, to remote: String? = nil
    ) throws -> Socket {
        let address = try #require(IPAddress(local))
        let peer = try remote.map { try #require(IPAddress($0)) } ?? address
        return Socket(
            transport: transport, family: address.isIPv4 ? .ipv4 : .ipv6, state: state,
            local: Endpoint(.ip(address), port: 7000), remote: Endpoint(.ip(peer), port: remote == nil ? 0 : 443),
            userID: .root, inode: 1, namespace: 0)
    }
}
