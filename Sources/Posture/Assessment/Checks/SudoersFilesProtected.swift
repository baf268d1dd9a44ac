import ControlFrameworks
import Findings
import HostModel

/// Only root can change what sudo allows.
struct SudoersFilesProtected: BypassCheck {
    let description = CheckDescription(
        id: "sudoers-files-protected", title: "Only root can change the rules of sudo", category: .privilege,
        risk: .critical,
        rationale: "Who writes one line into a file of sudo is root a moment later.",
        remediation: "Run `chown root:root FILE && chmod 0440 FILE` for each, and look at what it says now.",
        controls: [
            .iso("A.8.2"), .iso("A.8.3"), .csf("PR.AA-05"), .sp80053("AC-3"), .sp80053("AC-6"), .sp80053("CM-5"),
        ])

    func search(_ context: AssessmentContext) -> BypassSearch {
        var search = BypassSearch()
        guard let (sudo, _) = search.look(at: context.snapshot.sudo) else { return search }
        for file in sudo.files {
            let path = file.path.displayed
            let evidence = Evidence("mode \(file.permissionText), owner \(file.owner)", from: path)
            let (grade, what): (Bypass.Grade, String)
            if file.owner != .root {
                (grade, what) = (.open, "\(path) belongs to user \(file.owner)")
            } else if file.isWritableByAnyone {
                (grade, what) = (.open, "everybody can change \(path)")
            } else if file.isWritableByGroup, file.group != 0 {
                (grade, what) = (.open, "group \(file.group) can change \(path)")
            } else if file.isReadableByAnyone {
                (grade, what) = (.narrow, "everybody can read \(path), and so choose whose account to take")
            } else {
                search.sees(evidence.what, from: path)
                continue
            }
            search.finds(Bypass(grade, what, Resource(.file, file.path), evidence: [evidence]))
        }
        if sudo.files.isEmpty { search.sees("sudo has no rules", from: "/etc/sudoers") }
        return search
    }
}
