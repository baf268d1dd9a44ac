import ControlFrameworks
import Findings
import HostModel

/// Passwords cannot be guessed over SSH: none are accepted, or something stops who guesses.
struct SSHGuessingLimited: Check {
    let description = CheckDescription(
        id: "ssh-guessing-limited", title: "Guessing passwords over SSH is impossible or stopped", category: .ssh,
        risk: .medium,
        rationale: "A server that accepts passwords is tried all day; without a limit, time finds the weak one.",
        remediation:
            "Set `PasswordAuthentication no` and `KbdInteractiveAuthentication no`, or run fail2ban or sshguard, or add pam_faillock to the sshd service.",
        controls: [
            .iso("A.8.5"), .iso("A.8.16"), .csf("PR.AA-03"), .csf("DE.CM-01"), .sp80053("AC-7"), .sp80053("IA-5"),
        ])

    private static let guards = ["fail2ban-server", "sshguard", "crowdsec", "denyhosts"]
    private static let lockout: FactKey = FactKey("pam.sshd.pam_faillock")

    var facts: [FactKey] { [Self.lockout] }

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.sshServer.assess { server, source in
            let ways = ["passwordauthentication", "kbdinteractiveauthentication"]
            let open = ways.filter { way in
                server.value(way) == "yes" || server.conditionalBlocks.contains { $0.settings[way]?.first == "yes" }
            }
            let evidence = ways.map { Evidence("\($0) \(server.value($0) ?? "yes")", from: server.origin(of: $0)) }
            guard !open.isEmpty else { return .compliant(evidence) }
            var judgement = Judgement()
            judgement.evidence = evidence
            if case .seen(.flag(true), let pam) = context.snapshot[Self.lockout] {
                judgement.sees(Evidence("pam_faillock locks accounts after failures", from: pam))
                return judgement.answer
            }
            guard let (processes, origin) = judgement.look(at: context.snapshot.processes) else {
                return judgement.answer
            }
            if let running = processes.first(where: { process in Self.guards.contains { process.runs($0) } }) {
                judgement.sees(Evidence("\(running.name) runs as process \(running.id)", from: origin))
            } else {
                judgement.violates(
                    "passwords are accepted, and nothing stops who guesses",
                    Evidence("none of \(Self.guards.joined(separator: ", ")) runs", from: origin))
            }
            return judgement.answer
        }
    }
}
