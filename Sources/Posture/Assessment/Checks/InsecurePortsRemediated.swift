import ControlFrameworks
import Findings
import HostModel
import Policies

/// Nothing that listens for other hosts speaks a protocol that sends everything, passwords included, in the clear.
struct InsecurePortsRemediated: Check {
    let description = CheckDescription(
        id: "insecure_ports_remediated", title: "No cleartext service listens for other hosts", category: .network,
        risk: .high,
        rationale: "What crosses a network unencrypted can be read and changed by whoever carries it.",
        remediation: "Replace the service by its encrypted successor, as the finding names it, or bind it to loopback.",
        controls: [
            .iso("A.8.20"), .iso("A.8.21"), .iso("A.8.24"), .csf("PR.DS-02"), .csf("PR.PS-01"), .sp80053("SC-8"),
            .sp80053("CM-7"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        guard let report = context.ports else { return context.socketsNotSeen }
        var judgement = Judgement()
        for finding in report.findings where finding.kind == .insecurePort && finding.state == .open {
            judgement.violates(finding.title)
            judgement.evidence += finding.evidence
        }
        let table = context.snapshot.sockets.value
        let source = "kernel socket table"
        if judgement.violations.isEmpty {
            for listener in report.listeners where listener.verdict == .insecure {
                let name = listener.socket.doorText(in: table)
                judgement.violates(
                    "\(name) speaks a cleartext protocol", Evidence("\(name): cleartext service", from: source))
            }
        }
        let reachable = report.listeners.count { $0.exposure > .loopback }
        judgement.sees(
            Evidence(
                "\(reachable) of \(report.listeners.count) listening sockets reachable from other hosts", from: source))
        for gap in context.hiddenSockets { judgement.isUnknown(gap) }
        return judgement.answer
    }
}
