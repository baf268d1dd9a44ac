import ControlFrameworks
import Findings
import HostModel

/// Only `root` has user id 0: the kernel asks for the number, so any account with it is root under another name.
struct RootOnlyUIDZero: Check {
    let description = CheckDescription(
        id: "root-only-uid-zero", title: "Only root has user id 0", category: .accounts, risk: .critical,
        rationale: "An account with user id 0 has all of root's rights without its name, and is easily overlooked.",
        remediation: "Give every other account an id of its own (usermod -u), or remove it.",
        controls: [.iso("A.5.16"), .iso("A.8.2"), .csf("PR.AA-01"), .csf("PR.AA-05"), .sp80053("AC-6")])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.accounts.assess { accounts, source in
            let others = accounts.users.filter { $0.userID == .root && $0.name != "root" }.map(\.name)
            guard others.isEmpty else {
                return .violation(
                    [Evidence("user id 0: \(others.joined(separator: ", "))", from: source)],
                    gap: "\(others.joined(separator: ", ")) has user id 0")
            }
            guard accounts.user(.root) != nil else {
                return .partial([Evidence("no account has user id 0", from: source)], gap: "there is no root account")
            }
            return .compliant([Evidence("user id 0: root", from: source)])
        }
    }
}
