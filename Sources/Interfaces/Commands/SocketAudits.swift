import Assessment
import HostModel
import Policies

import struct FoundationEssentials.Date

/// Holds one reading of the sockets against the policies.
struct SocketAudits {
    let table: SocketTable
    let host: HostIdentity
    let now: Date
    let policyFiles: PolicyFiles
    let progress: Progress

    func ports(_ policy: PortPolicy) -> PortReport {
        PortAudit(
            table: table, policy: policy, host: host, now: now, policyPath: policyFiles.path(PolicyFileName.ports)
        ).report()
    }

    func egress(_ policy: EgressPolicy, _ names: ResolvedNames) -> EgressReport { audit(policy, names).report() }

    /// The addresses of the names in the rules, and the names of those addresses that only a `*.suffix` rule could approve.
    func names(for policy: EgressPolicy, known: ResolvedNames = ResolvedNames()) -> ResolvedNames {
        var lookup = NameLookup(now: now, cached: known)
        if !policy.namesToResolve.isEmpty {
            progress.step("Looking up the names of the egress allowlist", mayWait: true)
            lookup.resolve(policy.namesToResolve)
        }
        let addresses = audit(policy, lookup.names).addressesToName()
        if !addresses.isEmpty {
            progress.step("Looking up the names of \(addresses.count) addresses", mayWait: true)
            lookup.name(addresses)
        }
        return lookup.names
    }

    private func audit(_ policy: EgressPolicy, _ names: ResolvedNames) -> EgressAudit {
        EgressAudit(
            table: table, policy: policy, names: names, host: host, now: now,
            policyPath: policyFiles.path(PolicyFileName.egress))
    }
}
