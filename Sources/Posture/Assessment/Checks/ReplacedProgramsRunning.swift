import ControlFrameworks
import Findings
import HostModel

/// No process runs a program file that is gone: replaced by an update, or removed to hide it.
struct ReplacedProgramsRunning: Check {
    let description = CheckDescription(
        id: "replaced-programs-running", title: "No process runs a program that was replaced or removed",
        category: .updates, risk: .medium,
        rationale: """
            After an update the old program runs on until it is restarted, holes included; and an intruder's \
            program is often deleted once it runs.
            """,
        remediation: """
            Restart the services named (needrestart lists them too). Look closely at a program whose file no \
            package ever had.
            """,
        controls: [
            .iso("A.8.8"), .iso("A.8.7"), .csf("PR.PS-02"), .csf("DE.CM-09"), .sp80053("SI-2"), .sp80053("SI-3"),
            .sp80053("SI-4"),
        ])

    /// Places that programs are not installed in: one that runs from there and was deleted is a warning of its own.
    private static let unusual = ["/tmp/", "/var/tmp/", "/dev/shm/", "/run/", "/memfd:"]

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.processes.assess { processes, source in
            var judgement = Judgement()
            for process in processes where process.isExecutableDeleted && process.container == nil {
                let path = (process.executable ?? process.name).displayed
                let unit = process.unit.map { " of \($0.displayed)" } ?? ""
                let evidence = Evidence(
                    "process \(process.id)\(unit) runs \(path), which is no longer there",
                    from: "/proc/\(process.id)/exe")
                let name = process.name.displayed
                if Self.unusual.contains(where: path.hasPrefix) {
                    judgement.violates("\(name) runs from \(path), which was deleted", evidence)
                } else {
                    judgement.fallsShort("\(name) runs a replaced \(path)", evidence)
                }
            }
            judgement.sees(Evidence("\(processes.count) processes", from: source))
            let hidden = processes.count { $0.executable == nil && !$0.commandLine.isEmpty }
            if hidden > 0, context.snapshot.host.observer != .root {
                judgement.isUnknown("the program files of \(hidden) processes of other users")
            }
            return judgement.answer
        }
    }
}
