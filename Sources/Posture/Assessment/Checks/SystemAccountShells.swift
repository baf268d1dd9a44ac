import ControlFrameworks
import Findings
import HostModel

/// Accounts of services cannot log in: no shell, and no password either.
struct SystemAccountShells: Check {
    let description = CheckDescription(
        id: "system-account-shells", title: "Accounts of services cannot log in", category: .accounts, risk: .medium,
        rationale:
            "A service's account that can log in turns a hole in the service, or a guessed password, into a seat at the host.",
        remediation: "Run `usermod -s /usr/sbin/nologin NAME` and `passwd -l NAME` for each.",
        controls: [
            .iso("A.5.16"), .iso("A.8.2"), .csf("PR.AA-01"), .csf("PR.AA-05"), .sp80053("AC-2"), .sp80053("AC-6"),
        ])

    /// Accounts whose shell is their purpose: they are used by root through `su`, and are locked.
    private static let expected: Set<String> = ["postgres", "git"]

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.accounts.assess { accounts, source in
            var judgement = Judgement()
            let services = accounts.users.filter {
                $0.userID != .root && $0.userID.rawValue < accounts.personIDs.lowerBound
            }
            let open = services.filter(\.hasLoginShell)
            if !open.isEmpty, case .unseen(let gap) = accounts.passwords { judgement.isUnknown(gap) }
            for account in open {
                let evidence = Evidence(
                    "\(account.name) (id \(account.userID)) has shell \(account.shell)", from: source)
                switch accounts.passwords.value?[account.name]?.state {
                case .locked:
                    if Self.expected.contains(account.name) {
                        judgement.sees(evidence)
                    } else {
                        judgement.fallsShort(
                            "\(account.name) has a login shell, though its password is locked", evidence)
                    }
                case nil: judgement.fallsShort("\(account.name) has a login shell", evidence)
                default: judgement.violates("\(account.name) can log in with a password", evidence)
                }
            }
            judgement.sees(Evidence("\(services.count) accounts of services", from: source))
            return judgement.answer
        }
    }
}
