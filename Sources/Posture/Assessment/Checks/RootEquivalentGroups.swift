import ControlFrameworks
import Findings
import HostModel

/// Nobody is in a group whose members can make themselves root.
struct RootEquivalentGroups: BypassCheck {
    let description = CheckDescription(
        id: "root-equivalent-groups", title: "No person is in a group that amounts to root", category: .privilege,
        risk: .high,
        rationale:
            "Members of groups like docker or disk become root without a password, a rule of sudo or a line in a log.",
        remediation: """
            Take people out (`gpasswd -d NAME GROUP`); give the tool through sudo, or use its rootless form.
            """,
        controls: [.iso("A.8.2"), .iso("A.8.18"), .csf("PR.AA-05"), .sp80053("AC-6"), .sp80053("AC-6(5)")])

    func search(_ context: AssessmentContext) -> BypassSearch {
        var search = BypassSearch()
        guard let (accounts, source) = search.look(at: context.snapshot.accounts) else { return search }
        for (group, reason) in RootEquivalentGroup.reasons.sorted(by: { $0.key < $1.key }) {
            find(.open, group, reason, accounts, source, &search)
        }
        for (group, reason) in RootEquivalentGroup.narrowReasons.sorted(by: { $0.key < $1.key }) {
            find(.narrow, group, reason, accounts, source, &search)
        }
        for group in RootEquivalentGroup.administrators {
            find(.noted, group, "may use sudo where a rule says so", accounts, source, &search)
        }
        search.sees("\(accounts.groups.count) groups", from: "/etc/group")
        return search
    }

    private func find(
        _ grade: Bypass.Grade, _ group: String, _ reason: String, _ accounts: AccountDatabase, _ source: String,
        _ search: inout BypassSearch
    ) {
        for member in RootEquivalentGroup.members(of: group, in: accounts) {
            let name = member.displayed
            search.finds(
                Bypass(
                    grade, "\(name) is in \(group)", Resource(.account, member), accounts: [member],
                    evidence: [Evidence("\(name) is in group \(group), which \(reason)", from: source)],
                    remediation: "Take \(name) out: gpasswd -d \(name) \(group)."))
        }
    }
}
