import ControlFrameworks
import Findings
import HostModel

/// sudo asks for a password before it gives anything that amounts to root.
struct SudoPasswordless: Check {
    let description = CheckDescription(
        id: "sudo-passwordless", title: "sudo asks who it is before it gives root", category: .privilege, risk: .high,
        rationale:
            "With NOPASSWD every program that runs as the user is one command away from root, and so is whoever took the session over.",
        remediation:
            "Remove NOPASSWD, or limit it to single commands with fixed arguments that cannot start another program.",
        controls: [
            .iso("A.8.2"), .iso("A.8.5"), .csf("PR.AA-03"), .csf("PR.AA-05"), .sp80053("AC-6"), .sp80053("IA-11"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.sudo.assess { sudo, source in
            var judgement = Judgement()
            for grant in sudo.rootGrants(accounts: context.snapshot.accounts.value) where grant.asksNothing {
                let evidence = Evidence(grant.summary.displayed, from: grant.rule.location)
                let holders = grant.holders.joined(separator: ", ")
                if grant.givesEverything {
                    judgement.violates("\(holders) may run anything without a password", evidence)
                } else if let escape = grant.escapes.first {
                    judgement.violates(
                        "\(holders) may run \(escape) without a password, which can start a shell", evidence)
                } else {
                    judgement.sees(evidence)
                }
            }
            for location in sudo.malformed.prefix(3) {
                judgement.isUnknown("a line of sudoers was not understood: \(location)")
            }
            judgement.sees(Evidence("\(sudo.rules.count) rules in \(sudo.files.count) files", from: source))
            return judgement.answer
        }
    }
}
