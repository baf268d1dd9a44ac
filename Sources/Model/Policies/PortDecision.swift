package import HostModel

package import struct FoundationEssentials.Date

/// What the approved ports say about one listening socket.
package struct PortDecision: Sendable {
    package enum Outcome: Sendable, Hashable {
        case approved, expired, unapproved
    }

    package var outcome: Outcome
    /// The rule that decided, as an index into the policy's rules: the most specific that matches in force, else of the expired.
    package var rule: Int?
    /// A rule in force names where the socket is bound, so that whoever wrote it knows who can reach it.
    package var acknowledgesExposure: Bool
    /// Every rule that matches, in force, expired or pending.
    package var matched: [Int]
    /// A rule in force would match but for the process or user it asks for, who cannot be seen.
    package var hiddenOwnerRule: Int?
}

/// Decides about the sockets of one table. Building it costs rules times processes; each decision costs the few rules that name the
/// socket's port.
package struct PortDecider: Sendable {
    private let rules: [PortRule]
    private let inForce: [Bool]
    private let owners: [OwnerCriteria]
    private let specificity: [Specificity]
    private let table: SocketTable
    /// Rules by protocol and port, for sets of few ports; the others by protocol.
    private var byPort: [PortKey: [Int]] = [:]
    private var byTransport: [Transport: [Int]] = [:]

    private struct PortKey: Hashable {
        var transport: Transport
        var port: UInt32
    }

    package init(policy: PortPolicy, table: SocketTable, now: Date) {
        rules = policy.rules
        self.table = table
        inForce = rules.map { $0.header.isInForce(at: now) }
        owners = rules.map { OwnerCriteria(process: $0.process, user: $0.user, in: table) }
        specificity = rules.map(Specificity.init)
        for (index, rule) in rules.enumerated() {
            if let ports = rule.ports, ports.count <= 64 {
                for port in Set(ports.ranges.flatMap { $0 }) {
                    byPort[PortKey(transport: rule.transport, port: port), default: []].append(index)
                }
            } else {
                byTransport[rule.transport, default: []].append(index)
            }
        }
    }

    package func decide(_ socket: Socket) -> PortDecision {
        var decision = PortDecision(outcome: .unapproved, rule: nil, acknowledgesExposure: false, matched: [])
        for index in byPort[PortKey(transport: socket.transport, port: socket.local.port)] ?? [] {
            consider(index, socket, &decision)
        }
        for index in byTransport[socket.transport] ?? [] {
            guard rules[index].ports?.contains(socket.local.port) ?? true else { continue }
            consider(index, socket, &decision)
        }
        return decision
    }

    private func consider(_ index: Int, _ socket: Socket, _ decision: inout PortDecision) {
        let rule = rules[index]
        guard rule.namespace.contains(table.namespace(of: socket)),
            rule.interface.map({ $0 == table.interfaceName(of: socket) }) ?? true, rule.covers(bindOf: socket)
        else { return }
        switch owners[index].check(socket, in: table) {
        case .mismatch: return
        case .notVisible:
            if inForce[index], decision.hiddenOwnerRule == nil { decision.hiddenOwnerRule = index }
            return
        case .match: break
        }
        decision.matched.append(index)
        guard rule.header.review == .accepted else { return }
        if inForce[index] {
            decision.acknowledgesExposure = decision.acknowledgesExposure || rule.addresses != nil
        }
        let outcome: PortDecision.Outcome = inForce[index] ? .approved : .expired
        let isFirst = decision.outcome == .unapproved || decision.outcome == .expired && outcome == .approved
        let isBetter = decision.outcome == outcome && (decision.rule.map { isBefore(index, $0) } ?? true)
        if isFirst || isBetter { (decision.outcome, decision.rule) = (outcome, index) }
    }

    /// More specific, or as specific and written first.
    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        if specificity[left] == specificity[right] { return left < right }
        return specificity[right] < specificity[left]
    }
}

/// How narrow a port rule is; larger is narrower.
private struct Specificity: Comparable {
    private let parts: [UInt64]

    init(_ rule: PortRule) {
        let address = rule.addresses.map { $0.map(\.rank).min() ?? 0 } ?? 0
        let process: UInt64 =
            switch rule.process {
            case .executable: 2
            case .name: 1
            case nil: 0
            }
        parts = [
            address, .max - (rule.ports?.count ?? 1 << 32), process, rule.user == nil ? 0 : 1,
            rule.interface == nil ? 0 : 1, rule.namespace == .any ? 0 : 1,
        ]
    }

    static func < (left: Specificity, right: Specificity) -> Bool { left.parts.lexicographicallyPrecedes(right.parts) }
}

extension BindScope {
    /// How narrow it is: said at all, private, loopback, then blocks by their prefix.
    fileprivate var rank: UInt64 {
        switch self {
        case .any: 1
        case .private: 2
        case .loopback: 3
        // Prefixes of both families on one scale: bits that are left open.
        case .range(let range): 4 + 128 - UInt64(range.base.bitWidth - range.prefixLength)
        }
    }
}

extension PortRule {
    /// Whether the rule's addresses cover where the socket is bound.
    ///
    /// A wildcard is covered by `any`, and by ranges only when these hold the whole family: `0.0.0.0` or `0.0.0.0/0` for IPv4, `::` or
    /// `::/0` for IPv6, and both for a dual-stack `::`, which takes IPv4 connections too (RFC 3493 §5.3).
    func covers(bindOf socket: Socket) -> Bool {
        guard let addresses, !addresses.contains(.any) else { return true }
        guard let address = socket.local.ip?.unmapped else {
            return addresses.contains(.loopback) && socket.local.address == .context(1)
        }
        guard address.isUnspecified else {
            return addresses.contains { scope in
                switch scope {
                case .any: true
                case .loopback: address.isLoopback
                case .private: address.isPrivate
                case .range(let range): range.contains(address)
                }
            }
        }
        let isDualStack = !address.isIPv4 && socket.isIPv6Only != true && socket.transport != .raw
        let isIPv4Covered = addresses.contains { $0.holdsAll(isIPv4: true) }
        let isIPv6Covered = addresses.contains { $0.holdsAll(isIPv4: false) }
        return address.isIPv4 ? isIPv4Covered : isIPv6Covered && (isIPv4Covered || !isDualStack)
    }
}

extension BindScope {
    fileprivate func holdsAll(isIPv4: Bool) -> Bool {
        guard case .range(let range) = self, range.base.isIPv4 == isIPv4, range.base.isUnspecified else { return false }
        return range.prefixLength == 0 || range.prefixLength == range.base.bitWidth
    }
}
