package import HostModel
package import Policies

package import struct FoundationEssentials.Date

/// Holds every outbound connection against the egress allowlist.
///
/// Connections of one program to one place are decided once and found once, so that a host with very many costs little more than
/// reading them.
package struct EgressAudit {
    let table: SocketTable
    let policy: EgressPolicy
    let now: Date
    let policyPath: String
    let subjects: SocketSubjects
    private let host: HostIdentity
    private let names: ResolvedNames

    /// - Parameters:
    ///   - names: what the names in the rules resolved to, and the names of addresses that `addressesToName` asked for.
    ///   - policyPath: the file that remedies tell people to write rules into.
    package init(
        table: SocketTable, policy: EgressPolicy, names: ResolvedNames, host: HostIdentity, now: Date,
        policyPath: String = "egress-allowlist.yaml"
    ) {
        self.table = table
        self.policy = policy
        self.names = names.current(at: now)
        self.host = host
        self.now = now
        self.policyPath = policyPath
        subjects = SocketSubjects(table)
    }

    package func report() -> EgressReport {
        let groups = decidedGroups()
        let rulesOfGroups = groups.all.map { $0.decision.rule.map { policy.rules[$0].header.id } }
        let namesOfGroups = groups.all.map { $0.decision.remoteName?.description }
        let undecided = groups.all.map(isUndecided)
        let connections = groups.groupOfSocket.map { socket, group in
            var connection = EgressReport.Connection(
                socket: table.sockets[Int(socket)], verdict: groups.all[Int(group)].decision.verdict,
                rule: rulesOfGroups[Int(group)], remoteName: namesOfGroups[Int(group)])
            connection.isUndecided = undecided[Int(group)]
            return connection
        }
        var matches = [Int](repeating: 0, count: policy.rules.count)
        var hidden = HiddenOwners()
        for group in groups.all {
            for rule in Set(group.decision.matched) { matches[rule] += group.count }
            if group.decision.verdict != .approved, group.decision.hiddenOwnerRule != nil {
                hidden.note(group.sample, count: group.count)
            }
        }
        let gaps = nameGaps(groups)
        let isIncomplete = !table.gaps.isEmpty || !gaps.isEmpty || hidden.isAny
        let rules = RuleFindings(policyName: "egress", now: now, isIncomplete: isIncomplete)
        var report = EgressReport(
            generatedAt: now, host: host, rulesCount: policy.rules.count, connections: connections,
            findings: findings(groups.all.filter { $0.decision.verdict == .unapproved })
                + rules.findings(
                    for: policy.rules.map(\.header), matches: matches,
                    // It lets nothing leave the host, and on a quiet one it has nothing to match.
                    isQuietWhenUnused: { policy.rules[$0].isLoopbackOnly }),
            gaps: table.gaps + gaps + hidden.gaps(of: "connections"))
        let inForce = policy.rules.filter { $0.header.isInForce(at: now) }
        report.rulesInForce = inForce.count
        report.outwardRulesInForce = inForce.count { !$0.isLoopbackOnly }
        report.unlimitedRule = inForce.first(where: \.isUnlimited)?.header.id
        return report
    }

    /// Whether knowing the holder, or the name of the address, could still turn the decision.
    private func isUndecided(_ group: EgressGroup) -> Bool {
        guard group.decision.verdict != .approved else { return false }
        if group.decision.hiddenOwnerRule != nil { return true }
        guard group.decision.couldMatchByName, let address = group.sample.remote.ip?.unmapped else { return false }
        return names.reverse[address] == nil
    }

    /// Addresses of connections that no rule approves but a `*.suffix` rule would if the address had a name below it, those with the most
    /// connections first. The caller looks up their names, keeps those that lead back to the address, and reports again.
    package func addressesToName(limit: Int = 256) -> [IPAddress] {
        guard policy.hasSuffixes else { return [] }
        var counts: [IPAddress: Int] = [:]
        for group in decidedGroups().all where group.decision.couldMatchByName {
            guard let address = group.sample.remote.ip?.unmapped, names.reverse[address] == nil else { continue }
            counts[address, default: 0] += group.count
        }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit).map(\.key)
    }

    private func decidedGroups() -> EgressGroups {
        let decider = EgressDecider(policy: policy, table: table, names: names, now: now)
        return EgressGroups(table: table, subjects: subjects, decide: decider.decide)
    }

    private func nameGaps(_ groups: EgressGroups) -> [Gap] {
        var gaps = policy.namesToResolve.filter { names.forward[$0] == nil }.map { name in
            Gap(what: "the addresses of \(name)", why: names.failures[name] ?? "the name was not looked up")
        }
        var nameless: Set<IPAddress> = []
        for group in groups.all where group.decision.couldMatchByName {
            if let address = group.sample.remote.ip?.unmapped, names.reverse[address] == nil {
                nameless.insert(address)
            }
        }
        if !nameless.isEmpty {
            gaps.append(
                Gap(
                    what: "the names of \(nameless.count) addresses that a *.suffix rule might cover",
                    why: "they were not looked up"))
        }
        return gaps
    }
}
