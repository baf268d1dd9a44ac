import ControlFrameworks
import Findings
import HostModel
import Policies

/// An egress allowlist is in force: it has accepted rules that say where connections may leave this host to, and connections are held
/// against it. One that holds none, as Bailey ships it, or that lets everything through, governs nothing.
struct EgressAllowlistConfigured: Check {
    let description = CheckDescription(
        id: "egress_allowlist_configured", title: "Outbound connections are governed by an allowlist",
        category: .network, risk: .medium,
        rationale:
            "Stolen data and a foreign hand's commands leave by outbound connections; a list of the known ones shows the others.",
        remediation: """
            Let bailey baseline egress propose rules from the connections of an ordinary day, and accept those that have a reason.
            """,
        controls: [
            .iso("A.8.20"), .iso("A.8.22"), .iso("A.8.23"), .csf("PR.IR-01"), .csf("DE.CM-01"), .sp80053("SC-7"),
            .sp80053("AC-4"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        guard let report = context.egress else { return context.socketsNotSeen }
        let source = "egress allowlist"
        let matched = Set(report.connections.filter { $0.verdict == .approved }.compactMap(\.rule)).count
        let evidence = [
            Evidence(
                "\(report.rulesInForce) of \(report.rulesCount) rules in force; \(matched) of them approve connections that are "
                    + "open now, of \(report.connections.count) in all", from: source)
        ]
        if let rule = report.unlimitedRule {
            return .violation(evidence, gap: "rule \(rule.displayed) lets everything go everywhere")
        }
        if report.outwardRulesInForce > 0 { return .compliant(evidence) }
        if report.rulesInForce > 0 {
            return .violation(evidence, gap: "no rule in force says where connections may leave this host to")
        }
        return .violation(
            evidence,
            gap: report.rulesCount == 0
                ? "the egress allowlist has no rule" : "no rule of the egress allowlist is accepted and in date")
    }
}
