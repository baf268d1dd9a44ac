import Assessment
import HostModel
import Policies

/// Connections that say the same thing: one program, one destination, one verdict. A busy host has 100,000 connections and a handful of
/// these.
struct ConnectionGroup {
    var verdict: EgressVerdict
    var transport: Transport
    var remote: Endpoint
    var remoteName: String?
    var process: String
    var user: String
    var unit: String
    var namespace: String
    var isForeignNamespace: Bool
    var rule: String?
    var count: Int
    /// Sums over those connections for which the kernel counts; nil when it counts for none.
    var bytesSent: UInt64?
    var bytesReceived: UInt64?

    private struct Key: Hashable {
        let verdict: EgressVerdict
        let transport: Transport
        let remote: Endpoint
        let remoteName: String?
        let namespace: Int32
        let user: UserID
        let holders: [Int32]
        let ownership: Ownership
        let rule: String?
    }

    /// What is not approved first, then the most connections, then by destination.
    static func all(of report: EgressReport, _ labels: SocketLabels) -> [ConnectionGroup] {
        var positions: [Key: Int] = [:]
        var groups: [ConnectionGroup] = []
        for connection in report.connections {
            let socket = connection.socket
            let key = Key(
                verdict: connection.verdict, transport: socket.transport, remote: socket.remote,
                remoteName: connection.remoteName, namespace: socket.namespace, user: socket.userID,
                holders: socket.holders.compactMap { labels.table.holderIndices.at($0) }, ownership: socket.ownership,
                rule: connection.rule)
            if let position = positions[key] {
                groups[position].add(socket)
            } else {
                positions[key] = groups.count
                groups.append(ConnectionGroup(connection, labels))
            }
        }
        return groups.sorted(by: isBefore)
    }

    private init(_ connection: EgressReport.Connection, _ labels: SocketLabels) {
        let socket = connection.socket
        verdict = connection.verdict
        transport = socket.transport
        remote = socket.remote
        remoteName = connection.remoteName
        process = labels.process(of: socket)
        user = labels.user(socket.userID)
        unit = labels.unit(of: socket)
        namespace = labels.namespace(at: socket.namespace)
        isForeignNamespace = labels.foreignNamespace(at: socket.namespace) != nil
        rule = connection.rule
        count = 0
        add(socket)
    }

    private mutating func add(_ socket: Socket) {
        count += 1
        guard let counters = socket.counters else { return }
        // Counters near 2^64 come from a broken kernel or a hostile test; a sum that saturates is still no lie about "at least".
        bytesSent = Self.sum(bytesSent, counters.bytesSent)
        bytesReceived = Self.sum(bytesReceived, counters.bytesReceived)
    }

    private static func sum(_ total: UInt64?, _ more: UInt64) -> UInt64 {
        let (sum, overflow) = (total ?? 0).addingReportingOverflow(more)
        return overflow ? .max : sum
    }

    private static func isBefore(_ left: ConnectionGroup, _ right: ConnectionGroup) -> Bool {
        if left.verdict.rank != right.verdict.rank { return left.verdict.rank < right.verdict.rank }
        if left.count != right.count { return left.count > right.count }
        if left.remote != right.remote {
            return (left.remote.addressText, left.remote.port) < (right.remote.addressText, right.remote.port)
        }
        return left.process < right.process
    }
}

extension EgressVerdict {
    /// Worst first.
    var rank: Int {
        switch self {
        case .unapproved: 0
        case .expired: 1
        case .approved: 2
        }
    }
}

extension PortVerdict {
    /// Worst first.
    var rank: Int {
        switch self {
        case .insecure: 0
        case .unapproved: 1
        case .expired: 2
        case .approved: 3
        }
    }
}

extension PortReport {
    /// What is not approved first, then whom it can be reached by, then by port and address.
    var worstFirst: [Listener] {
        listeners.sorted { left, right in
            if left.verdict != right.verdict { return left.verdict.rank < right.verdict.rank }
            if left.exposure != right.exposure { return left.exposure > right.exposure }
            let (one, other) = (left.socket, right.socket)
            if one.local.port != other.local.port { return one.local.port < other.local.port }
            return (one.transport.rawValue, one.local.addressText, one.inode)
                < (other.transport.rawValue, other.local.addressText, other.inode)
        }
    }
}

/// `1.4 GB`, `512 B`: decimal units, as network people count.
func byteText(_ count: UInt64?) -> String {
    guard let count else { return "" }
    guard count >= 1_000 else { return "\(count) B" }
    var value = Double(count)
    for unit in ["kB", "MB", "GB", "TB", "PB"] {
        value /= 1_000
        if value < 999.5 {
            return value < 9.95 ? "\((value * 10).rounded() / 10) \(unit)" : "\(Int(value.rounded())) \(unit)"
        }
    }
    return "\(Int(value.rounded() / 1_000)) EB"
}
