import ControlFrameworks
import Findings
import HostModel

/// What root's timers, crontabs and units run, and the files that say so, can be changed by root alone.
struct ScheduledProgramsProtected: Check {
    let description = CheckDescription(
        id: "scheduled-programs-protected", title: "Nobody else can change what root runs by itself", category: .files,
        risk: .high,
        rationale:
            "A script that root's crontab runs and somebody else can write is root for that somebody, at the next full hour.",
        remediation: "Run `chown root:root PATH && chmod go-w PATH`, and look at what it says now.",
        controls: [
            .iso("A.8.3"), .iso("A.8.18"), .iso("A.8.9"), .csf("PR.AA-05"), .csf("PR.PS-01"), .sp80053("AC-6"),
            .sp80053("CM-5"),
        ])

    private static let roles: Set<WritablePrivilegedPath.Role> = [.cron, .systemdUnit, .configuration]

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.privilegedPaths.assess { survey, source in
            var judgement = Judgement()
            for path in survey.writable where Self.roles.contains(path.role) {
                judgement.violates(
                    "\(path.writableBy) can change \(path.file.path.displayed)",
                    Evidence("\(path.role.rawValue): mode \(path.file.permissionText)", from: path.file.path.displayed))
            }
            for gap in survey.gaps { judgement.isUnknown(gap) }
            judgement.sees(Evidence("nothing else among \(survey.examined) files", from: source))
            return judgement.answer
        }
    }
}
