import ControlFrameworks
import Findings
import HostModel
import Policies

/// An egress allowlist is in force: it has accepted rules, and connections are held against it. A file that holds none approves nothing
/// and governs nothing.
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
        if report.rulesInForce > 0 { return .compliant(evidence) }
        return .violation(
            evidence,
            gap: report.rulesCount == 0
                ? "the egress allowlist has no rule" : "no rule of the egress allowlist is accepted and in date")
    }
}
