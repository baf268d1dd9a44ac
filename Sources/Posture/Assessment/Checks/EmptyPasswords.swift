import ControlFrameworks
import Findings
import HostModel

/// No account can be entered without a password: an empty field asks nothing (shadow(5)).
struct EmptyPasswords: Check {
    let description = CheckDescription(
        id: "empty-passwords", title: "Every account that can log in has a password or is locked", category: .accounts,
        risk: .critical,
        rationale:
            "An account with an empty password field lets in whoever names it, at the console, by su and wherever PAM accepts it.",
        remediation: "Lock each such account (`passwd -l NAME`) or set a password (`passwd NAME`).",
        controls: [
            .iso("A.5.17"), .iso("A.8.5"), .csf("PR.AA-01"), .csf("PR.AA-03"), .sp80053("IA-5"), .sp80053("IA-2"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.accounts.assess { accounts, source in
            var judgement = Judgement()
            for account in accounts.users where account.inlinePassword == .empty {
                judgement.violates(
                    "\(account.name) has no password", Evidence("\(account.name): empty password field", from: source))
            }
            guard let (passwords, shadow) = judgement.look(at: accounts.passwords) else { return judgement.answer }
            let listed = Set(accounts.users.map(\.name))
            for (name, record) in passwords.sorted(by: { $0.key < $1.key })
            where record.state == .empty && listed.contains(name) {
                judgement.violates("\(name) has no password", Evidence("\(name): empty password field", from: shadow))
            }
            judgement.sees(Evidence("\(passwords.count) password fields looked at", from: shadow))
            return judgement.answer
        }
    }
}
