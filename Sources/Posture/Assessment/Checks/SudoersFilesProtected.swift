import ControlFrameworks
import Findings
import HostModel

/// Only root can change what sudo allows.
struct SudoersFilesProtected: Check {
    let description = CheckDescription(
        id: "sudoers-files-protected", title: "Only root can change the rules of sudo", category: .privilege,
        risk: .critical,
        rationale: "Who writes one line into a file of sudo is root a moment later.",
        remediation: "Run `chown root:root FILE && chmod 0440 FILE` for each, and look at what it says now.",
        controls: [
            .iso("A.8.2"), .iso("A.8.3"), .csf("PR.AA-05"), .sp80053("AC-3"), .sp80053("AC-6"), .sp80053("CM-5"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.sudo.assess { sudo, _ in
            var judgement = Judgement()
            for file in sudo.files {
                let evidence = Evidence("mode \(file.permissionText), owner \(file.owner)", from: file.path)
                if file.owner != .root {
                    judgement.violates("\(file.path) belongs to user \(file.owner)", evidence)
                } else if file.isWritableByAnyone {
                    judgement.violates("everybody can change \(file.path)", evidence)
                } else if file.isWritableByGroup, file.group != 0 {
                    judgement.violates("group \(file.group) can change \(file.path)", evidence)
                } else if file.isReadableByAnyone {
                    judgement.fallsShort(
                        "everybody can read \(file.path), and so choose whose account to take", evidence)
                } else {
                    judgement.sees(evidence)
                }
            }
            if sudo.files.isEmpty { judgement.sees(Evidence("sudo has no rules", from: "/etc/sudoers")) }
            return judgement.answer
        }
    }
}
