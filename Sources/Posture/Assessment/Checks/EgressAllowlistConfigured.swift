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
        let governed = report.connections.count
        let matched = Set(report.connections.filter { $0.verdict == .approved }.compactMap(\.rule)).count
        var judgement = Judgement()
        let evidence = Evidence(
            "\(report.rulesCount) rules; \(matched) of them approve \(governed) outbound connections seen now",
            from: source)
        let inForce = report.rulesCount - Set(report.expiredRules).count
        if report.rulesCount == 0 {
            judgement.violates("the egress allowlist has no accepted rule", evidence)
        } else if inForce <= 0 {
            judgement.violates("every rule of the egress allowlist has expired", evidence)
        } else {
            judgement.sees(evidence)
        }
        return judgement.answer
    }
}

extension EgressReport {
    /// Rules whose date has passed, as findings name them.
    fileprivate var expiredRules: [String] {
        findings.filter { $0.kind == .expiredApproval && $0.state == .open }.map(\.resource.name)
    }
}
