import ControlFrameworks
import Findings
import HostModel

/// sudo asks for a password before it gives anything that amounts to root.
struct SudoPasswordless: BypassCheck {
    let description = CheckDescription(
        id: "sudo-passwordless", title: "sudo asks who it is before it gives root", category: .privilege, risk: .high,
        rationale:
            "With NOPASSWD every program that runs as the user is one command away from root, and so is whoever took the session over.",
        remediation:
            "Remove NOPASSWD, or limit it to single commands with fixed arguments that cannot start another program.",
        controls: [
            .iso("A.8.2"), .iso("A.8.5"), .csf("PR.AA-03"), .csf("PR.AA-05"), .sp80053("AC-6"), .sp80053("IA-11"),
        ])

    func search(_ context: AssessmentContext) -> BypassSearch {
        var search = BypassSearch()
        guard let (sudo, source) = search.look(at: context.snapshot.sudo) else { return search }
        if case .unseen(let gap) = context.snapshot.accounts { search.misses(gap) }
        for grant in sudo.rootGrants(accounts: context.snapshot.accounts.value) { judge(grant, &search) }
        for setting in sudo.defaults where setting.name == "authenticate" && setting.isNegated {
            // Those for users and for everybody are counted with the rules of these.
            guard let scope = setting.scope, !scope.hasPrefix(":") else { continue }
            search.finds(
                Bypass(
                    .open, "sudo asks for nothing for \(scope.displayed)", Resource(.setting, setting.location),
                    evidence: [Evidence("Defaults\(scope.displayed) !authenticate", from: setting.location)]))
        }
        for location in sudo.malformed {
            search.misses("a line of sudoers was not understood", location, remedy: "visudo -c")
        }
        for gap in sudo.gaps { search.misses(gap) }
        search.sees("\(sudo.rules.count) rules in \(sudo.files.count) files", from: source)
        return search
    }

    private func judge(_ grant: SudoGrant, _ search: inout BypassSearch) {
        let holders = grant.holders.joined(separator: ", ").displayed
        let (grade, what): (Bypass.Grade, String) =
            if !grant.asksNothing {
                (.noted, "\(holders) may use sudo with a password")
            } else if grant.givesEverything {
                (.open, "\(holders) may run anything without a password")
            } else if let escape = grant.escapes.first {
                (.open, "\(holders) may run \(escape.displayed) without a password, which can start a shell")
            } else {
                (.noted, "\(holders) may run single commands without a password")
            }
        search.finds(
            Bypass(
                grade, what, Resource(.rule, grant.rule.location), accounts: grant.holders,
                evidence: [Evidence(grant.summary.displayed, from: grant.rule.location)],
                remediation: grade == .noted
                    ? "Let the command policy of the broker allow it, then remove the rule at \(grant.rule.location)."
                    : nil))
    }
}
