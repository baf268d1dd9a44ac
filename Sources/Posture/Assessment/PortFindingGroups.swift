import Findings
import HostModel
import Policies

/// What is wrong with several sockets in the same way: those that one program has bound to the same port, wildcards of both families
/// together.
struct PortFindingGroup {
    var kind: FindingKind
    var sockets: [Socket]
    var decision: PortDecision
    var exposure: Exposure
    var isWildcard: Bool
    /// The kernel chose the port, so it is another one tomorrow: the port of a UDP client that waits for answers.
    var isEphemeral: Bool
}

/// Groups sockets by numbers alone, so that a host with very many costs no more than its sockets.
struct PortFindingGroups {
    private struct Key: Hashable {
        var kind: FindingKind
        var transport: Transport
        var address: Endpoint.Address
        var port: UInt32
        var interface: UInt32
        var namespace: Int32
        var subject: Int32
    }

    private var indices: [Key: Int] = [:]
    private(set) var all: [PortFindingGroup] = []

    /// The default of net.ipv4.ip_local_port_range (Linux, ip-sysctl).
    private static let ephemeralPorts: ClosedRange<UInt32> = 32768...60999

    mutating func add(
        _ socket: Socket, _ kind: FindingKind, _ decision: PortDecision, exposure: Exposure, subject: Int32
    ) {
        let address = socket.local.ip?.unmapped
        let isWildcard = address?.isUnspecified ?? false
        let isEphemeral =
            (socket.transport == .udp || socket.transport == .udplite)
            && Self.ephemeralPorts.contains(socket.local.port)
        let key = Key(
            kind: kind, transport: socket.transport,
            address: isWildcard ? .none : address.map { .ip($0) } ?? socket.local.address,
            port: isEphemeral || socket.transport == .packet ? 0 : socket.local.port, interface: socket.interfaceIndex,
            namespace: socket.namespace,
            subject: subject)
        if let index = indices[key] {
            all[index].sockets.append(socket)
        } else {
            indices[key] = all.count
            all.append(
                PortFindingGroup(
                    kind: kind, sockets: [socket], decision: decision, exposure: exposure, isWildcard: isWildcard,
                    isEphemeral: isEphemeral))
        }
    }
}
