import ControlFrameworks
import Findings
import HostModel

/// Something notices when files of the system change: a program that compares them is there, and runs by itself.
struct FileIntegrityMonitored: Check {
    let description = CheckDescription(
        id: "file-integrity-monitored", title: "Changes of system files are noticed", category: .files, risk: .medium,
        rationale: """
            An intruder changes programs to come back; without a comparison with a known state nobody sees it.
            """,
        remediation: """
            Install AIDE (`aideinit`, then its daily timer) or another program that compares files, and send its \
            reports to somebody.
            """,
        controls: [
            .iso("A.8.16"), .iso("A.8.19"), .csf("DE.CM-09"), .csf("PR.DS-01"), .sp80053("SI-7"), .sp80053("SI-7(1)"),
            .sp80053("SI-4"),
        ])

    /// Packages and the program that compares, started by a schedule or staying there.
    private static let tools: [(package: String, program: String)] = [
        ("aide", "aide"), ("tripwire", "tripwire"), ("samhain", "samhain"), ("wazuh-agent", "wazuh-syscheckd"),
        ("ossec-hids-agent", "ossec-syscheckd"), ("integrit", "integrit"),
    ]

    var facts: [FactKey] { Self.tools.map { FactKey("package.\($0.package).installed") } }

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        var judgement = Judgement()
        var installed: [(package: String, program: String)] = []
        for tool in Self.tools {
            switch context.snapshot[FactKey("package.\(tool.package).installed")] {
            case .unseen(let gap): return .notAssessed(gap)
            case .absent(let why, let source): return .notApplicable([Evidence(why, from: source)])
            case .seen(.flag(true), let source):
                installed.append(tool)
                judgement.sees(Evidence("\(tool.package) is installed", from: source))
            case .seen: continue
            }
        }
        if installed.isEmpty {
            let names = Self.tools.map(\.package).joined(separator: ", ")
            judgement.violates(
                "nothing compares files", Evidence("none of \(names) is installed", from: "/var/lib/dpkg/status"))
        } else if !installed.contains(where: { starts($0.program, context, &judgement) }) {
            judgement.fallsShort("\(installed[0].package) is installed, and nothing runs it")
        }
        return judgement.answer
    }

    private func starts(_ program: String, _ context: AssessmentContext, _ judgement: inout Judgement) -> Bool {
        if let process = context.snapshot.processes.value?.first(where: { $0.runs(program) }) {
            judgement.sees(Evidence("\(program) runs as process \(process.id)", from: "/proc"))
            return true
        }
        guard let (schedule, _) = judgement.look(at: context.snapshot.schedule) else { return false }
        let task = schedule.tasks.first {
            $0.isEnabled && ($0.command.contains(program) || $0.location.contains(program))
        }
        if let task {
            judgement.sees(Evidence("\(task.schedule.displayed): \(task.command.displayed)", from: task.location))
        }
        return task != nil
    }
}
