import ControlFrameworks
import Findings
import HostModel

/// What root's timers, crontabs and units run, and the files that say so, can be changed by root alone.
struct ScheduledProgramsProtected: BypassCheck {
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

    func search(_ context: AssessmentContext) -> BypassSearch {
        var search = BypassSearch()
        search.searchWritablePaths(context.snapshot.privilegedPaths, of: Self.roles)
        return search
    }
}
