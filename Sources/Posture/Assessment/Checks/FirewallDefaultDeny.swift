import ControlFrameworks
import Findings
import HostModel

/// The packet filter lets in only what a rule allows, for IPv4 and IPv6.
struct FirewallDefaultDeny: Check {
    let description = CheckDescription(
        id: "firewall-default-deny", title: "What no rule allows is not let in", category: .firewall, risk: .high,
        rationale: """
            Without a filter that denies by default, every service that starts is open to all who can reach the \
            host, wanted or not.
            """,
        remediation: """
            Write an nf_tables table `inet filter` whose input chain has `policy drop` and accepts loopback, \
            established connections and the approved ports; enable nftables.service. Keep a session open while \
            trying it.
            """,
        controls: [
            .iso("A.8.20"), .iso("A.8.22"), .csf("PR.IR-01"), .csf("PR.PS-01"), .sp80053("SC-7"), .sp80053("SC-7(5)"),
            .sp80053("CM-7"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.firewall.assess(absent: { why, source in
            .violation([Evidence(why, from: source)], gap: "there is no packet filter")
        }) { firewall, source in
            var judgement = Judgement()
            let input = firewall.chains.filter { $0.hook == "input" && ["inet", "ip", "ip6"].contains($0.family) }
            for chain in input { judgement.sees(Evidence(Self.summary(chain), from: source)) }
            for (family, name) in [("ip", "IPv4"), ("ip6", "IPv6")] {
                let chains = input.filter { $0.family == "inet" || $0.family == family }
                // One chain that denies is enough: a packet has to pass every chain at a hook.
                if chains.contains(where: \.deniesByDefault) { continue }
                if firewall.legacyTables.contains("\(family) filter") {
                    judgement.isUnknown("the rules of the older \(family)_tables")
                    continue
                }
                let state = chains.isEmpty ? "no chain filters what comes in" : "its chains accept what no rule decides"
                judgement.violates(
                    "\(name) lets in whatever no rule denies", Evidence("\(name): \(state)", from: source))
            }
            return judgement.answer
        }
    }

    private static func summary(_ chain: FirewallState.BaseChain) -> String {
        let end = chain.finalVerdict.map { ", the last rule is \($0.rawValue) for all" } ?? ""
        return
            "\(chain.family) \(chain.table) \(chain.name): policy \(chain.policy.rawValue), \(chain.ruleCount) rules\(end)"
    }
}
