import HostModel
import Policies

/// Connections that are decided alike, because they agree in everything a rule can ask for.
struct EgressGroup {
    /// One of them.
    var sample: Socket
    var count: Int
    var decision: EgressDecision
    /// The number of the program that holds them; see `SocketSubjects`.
    var subject: Int32
    var bytesSent: UInt64
}

/// The outbound connections of a table, grouped by numbers alone: a connection costs one look-up, and builds no text.
struct EgressGroups {
    private struct Key: Hashable {
        var remote: Endpoint
        var transport: Transport
        var ownership: Ownership
        var namespace: Int32
        /// The holder's index in the table, or where there are several the place of their list, which is the socket's own.
        var holder: Int32
        var holderCount: Int32
        var user: UserID
        var cgroup: UInt64?
    }

    private(set) var all: [EgressGroup] = []
    /// Every outbound connection, in the table's order, and its group; both as indices.
    private(set) var groupOfSocket: [(socket: Int32, group: Int32)] = []

    init(table: SocketTable, subjects: SocketSubjects, decide: (Socket) -> EgressDecision) {
        var indices: [Key: Int32] = [:]
        for index in table.sockets.indices where table.sockets[index].direction == .outbound {
            let socket = table.sockets[index]
            let holders = socket.holders
            let key = Key(
                remote: socket.remote, transport: socket.transport, ownership: socket.ownership,
                namespace: socket.namespace,
                holder: holders.count == 1 ? table.holderIndices[Int(holders.lowerBound)] : holders.lowerBound,
                holderCount: Int32(holders.count), user: socket.userID, cgroup: socket.cgroupID)
            let bytes = socket.counters?.bytesSent ?? 0
            if let group = indices[key] {
                all[Int(group)].count += 1
                all[Int(group)].bytesSent &+= bytes
                groupOfSocket.append((Int32(index), group))
            } else {
                indices[key] = Int32(all.count)
                groupOfSocket.append((Int32(index), Int32(all.count)))
                all.append(
                    EgressGroup(
                        sample: socket, count: 1, decision: decide(socket), subject: subjects.number(of: socket),
                        bytesSent: bytes))
            }
        }
    }
}
