import ControlFrameworks
import Findings
import HostModel

/// The kernel confines programs by a policy that they, and root's mistakes, cannot change.
struct MandatoryAccessControl: Check {
    let description = CheckDescription(
        id: "mandatory-access-control", title: "A policy of the kernel confines programs", category: .kernel,
        risk: .medium,
        rationale: """
            With AppArmor or SELinux a service that is taken over reaches only what its profile names, even as \
            root.
            """,
        remediation: """
            Install apparmor and apparmor-profiles and restart (`aa-status` shows what is confined), or set \
            SELinux to enforcing.
            """,
        controls: [
            .iso("A.8.3"), .iso("A.8.9"), .csf("PR.AA-05"), .csf("PR.PS-01"), .sp80053("AC-3"), .sp80053("SC-39"),
            .sp80053("CM-7"),
        ])

    private static let key = FactKey("kernel.mandatory_access_control")

    var facts: [FactKey] { [Self.key] }

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot[Self.key].assess { value, source in
            guard case .list(let modules) = value, !modules.isEmpty else {
                return .violation(
                    [Evidence("neither AppArmor, SELinux, TOMOYO nor Smack is in force", from: source)],
                    gap: "programs are confined by nothing but their user")
            }
            return .compliant([Evidence("in force: \(modules.joined(separator: ", "))", from: source)])
        }
    }
}
