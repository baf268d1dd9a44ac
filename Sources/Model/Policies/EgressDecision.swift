package import HostModel

package import struct FoundationEssentials.Date

/// What the egress allowlist says about one outbound connection.
package struct EgressDecision: Sendable {
    package var verdict: EgressVerdict
    /// The rule that decided, as an index into the policy's rules.
    package var rule: Int?
    /// The name its match rests on, when it rests on one.
    package var remoteName: HostName?
    /// Every rule that matches, in force, expired or pending.
    package var matched: [Int]
    /// A rule in force would match but for an owner who cannot be seen.
    package var hiddenOwnerRule: Int?
    /// A `*.suffix` rule in force would match if the address had a name below the suffix.
    package var couldMatchByName: Bool = false
}

/// Decides about the connections of one table. Rules are found by destination: one look-up for the address, one for each prefix length
/// that occurs, and the rules for any destination; what a decision costs does not grow with the number of addresses allowed.
package struct EgressDecider: Sendable {
    private let rules: [EgressRule]
    private let inForce: [Bool]
    private let owners: [OwnerCriteria]
    private let table: SocketTable
    private var index = DestinationIndex()

    /// - Parameter names: what names resolved to; of a name that is missing, no address matches.
    package init(policy: EgressPolicy, table: SocketTable, names: ResolvedNames, now: Date) {
        rules = policy.rules
        self.table = table
        inForce = rules.map { $0.header.isInForce(at: now) }
        owners = rules.map {
            OwnerCriteria(process: $0.process, user: $0.user, cgroup: $0.cgroup, unit: $0.unit, in: table)
        }
        for (number, rule) in rules.enumerated() {
            for destination in rule.destinations { index.add(destination, rule: number, names: names) }
        }
    }

    package func decide(_ socket: Socket) -> EgressDecision {
        var decision = EgressDecision(verdict: .unapproved, rule: nil, remoteName: nil, matched: [])
        var best: DestinationIndex.Candidate?
        index.forEach(matching: socket.remote.address) { consider($0, socket, &decision, &best) }
        guard decision.verdict != .approved, let address = socket.remote.ip, !address.isLoopback else {
            return decision
        }
        for rule in index.suffixRules where inForce[rule] && matches(rules[rule], portsOf: socket) {
            if owners[rule].check(socket, in: table) == .match { decision.couldMatchByName = true }
        }
        return decision
    }

    private func matches(_ rule: EgressRule, portsOf socket: Socket) -> Bool {
        rule.transport.map { $0 == socket.transport } ?? true && rule.ports?.contains(socket.remote.port) ?? true
    }

    private func consider(
        _ candidate: DestinationIndex.Candidate, _ socket: Socket, _ decision: inout EgressDecision,
        _ best: inout DestinationIndex.Candidate?
    ) {
        let rule = rules[candidate.rule]
        guard matches(rule, portsOf: socket) else { return }
        switch owners[candidate.rule].check(socket, in: table) {
        case .mismatch: return
        case .notVisible:
            if inForce[candidate.rule], decision.hiddenOwnerRule == nil { decision.hiddenOwnerRule = candidate.rule }
            return
        case .match: break
        }
        if decision.matched.last != candidate.rule { decision.matched.append(candidate.rule) }
        guard rule.header.review == .accepted else { return }
        let verdict: EgressVerdict = inForce[candidate.rule] ? .approved : .expired
        let isFirst = decision.verdict == .unapproved || decision.verdict == .expired && verdict == .approved
        let isBetter = decision.verdict == verdict && (best.map { isBefore(candidate, $0) } ?? true)
        guard isFirst || isBetter else { return }
        best = candidate
        (decision.verdict, decision.rule, decision.remoteName) = (verdict, candidate.rule, candidate.name)
    }

    private func isBefore(_ left: DestinationIndex.Candidate, _ right: DestinationIndex.Candidate) -> Bool {
        if left.rank != right.rank { return left.rank > right.rank }
        let (leftParts, rightParts) = (rules[left.rule].specificity, rules[right.rule].specificity)
        return leftParts == rightParts ? left.rule < right.rule : rightParts.lexicographicallyPrecedes(leftParts)
    }
}

extension EgressRule {
    /// How narrow it is apart from its destination; larger is narrower.
    fileprivate var specificity: [UInt64] {
        let processRank: UInt64 =
            switch process {
            case .executable: 2
            case .name: 1
            case nil: 0
            }
        return [
            .max - (ports?.count ?? 1 << 32), transport == nil ? 0 : 1, processRank, user == nil ? 0 : 1,
            unit == nil ? 0 : 1, cgroup == nil ? 0 : 1,
        ]
    }
}
