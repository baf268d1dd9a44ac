import ControlFrameworks
import Findings
import HostModel
import Policies

/// Every listening socket is covered by an accepted rule in force.
struct OpenPortsApproved: Check {
    let description = CheckDescription(
        id: "open_ports_approved", title: "Every listening port is approved", category: .network, risk: .high,
        rationale: "A door that nobody approved is one that nobody watches, patches or closes.",
        remediation: """
            Stop the service or bind it to loopback; where it is needed, approve it with a reason in approved-ports.yaml \
            (bailey baseline ports proposes rules).
            """,
        controls: [
            .iso("A.8.20"), .iso("A.8.9"), .csf("PR.IR-01"), .csf("ID.AM-03"), .csf("DE.CM-01"), .sp80053("CM-7"),
            .sp80053("SC-7"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        guard let report = context.ports else { return context.socketsNotSeen }
        var judgement = Judgement()
        let table = context.snapshot.sockets.value
        let source = "kernel socket table and approved ports (\(report.rulesCount) rules)"
        for listener in report.listeners {
            if listener.isUndecided {
                judgement.isUnknown(
                    "\(listener.socket.doorText(in: table)): a rule approves it for one process, and its holder cannot be seen"
                )
                continue
            }
            switch listener.verdict {
            case .approved, .insecure: break
            case .unapproved:
                let name = listener.socket.doorText(in: table)
                judgement.violates("\(name) is not approved", Evidence("\(name): no rule covers it", from: source))
            case .expired:
                let name = listener.socket.doorText(in: table)
                judgement.violates(
                    "the approval of \(name) has expired",
                    Evidence("\(name): expired rule \((listener.rule ?? "").displayed)", from: source))
            }
        }
        let approved = report.listeners.count { $0.verdict == .approved || $0.verdict == .insecure }
        judgement.sees(Evidence("\(approved) of \(report.listeners.count) listening sockets approved", from: source))
        for gap in context.hiddenSockets { judgement.isUnknown(gap) }
        return judgement.answer
    }
}
