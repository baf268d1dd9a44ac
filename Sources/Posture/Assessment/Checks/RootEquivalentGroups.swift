import ControlFrameworks
import Findings
import HostModel

/// Nobody is in a group whose members can make themselves root.
struct RootEquivalentGroups: Check {
    let description = CheckDescription(
        id: "root-equivalent-groups", title: "No person is in a group that amounts to root", category: .privilege,
        risk: .high,
        rationale:
            "Members of groups like docker or disk become root without a password, a rule of sudo or a line in a log.",
        remediation: """
            Take people out (`gpasswd -d NAME GROUP`); give the tool through sudo, or use its rootless form.
            """,
        controls: [.iso("A.8.2"), .iso("A.8.18"), .csf("PR.AA-05"), .sp80053("AC-6"), .sp80053("AC-6(5)")])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.accounts.assess { accounts, source in
            var judgement = Judgement()
            for (group, member) in RootEquivalentGroup.memberships(in: accounts) {
                let reason = RootEquivalentGroup.reasons[group] ?? "is root"
                judgement.violates(
                    "\(member) is in \(group)",
                    Evidence("\(member) is in group \(group), which \(reason)", from: source))
            }
            judgement.sees(Evidence("\(accounts.groups.count) groups", from: "/etc/group"))
            return judgement.answer
        }
    }
}
