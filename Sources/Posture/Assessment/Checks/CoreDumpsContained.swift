import ControlFrameworks
import Findings
import HostModel

/// A crashing program leaves no copy of its memory where somebody else finds it.
struct CoreDumpsContained: Check {
    let description = CheckDescription(
        id: "core-dumps-contained", title: "Memory of crashed programs is not left lying about", category: .kernel,
        risk: .low,
        rationale: "A core dump holds what the program held: keys, passwords, other people's data.",
        remediation: """
            Set `* hard core 0` in /etc/security/limits.d and `fs.suid_dumpable = 0`, or send dumps to \
            systemd-coredump with `Storage=none`.
            """,
        controls: [
            .iso("A.8.9"), .iso("A.8.12"), .csf("PR.DS-10"), .csf("PR.PS-01"), .sp80053("CM-6"), .sp80053("SC-4"),
        ])

    private static let pattern = FactKey("sysctl.kernel.core_pattern")
    private static let privileged = FactKey("sysctl.fs.suid_dumpable")
    private static let limit = FactKey("limits.core")
    private static let storage = FactKey("coredump.Storage")

    var facts: [FactKey] { [Self.pattern, Self.privileged, Self.limit, Self.storage] }

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        let facts = context.snapshot
        return facts[Self.pattern].assess { value, source in
            var judgement = Judgement()
            if case .seen(.number(1), let origin) = facts[Self.privileged] {
                judgement.violates(
                    "set-user-id programs leave dumps their caller can read",
                    Evidence("fs.suid_dumpable is 1", from: origin))
            }
            if value.description.hasPrefix("|") {
                judgeHelper(value.description, source, facts[Self.storage], &judgement)
            } else {
                judgeFiles(value.description, source, facts[Self.limit], &judgement)
            }
            return judgement.answer
        }
    }

    /// The kernel hands the dump to a program, whatever the limits say (core(5)).
    private func judgeHelper(
        _ pattern: String, _ source: String, _ storage: Observation<FactValue>, _ judgement: inout Judgement
    ) {
        let evidence = Evidence("dumps go to \(pattern.dropFirst().prefix { $0 != " " })", from: source)
        guard pattern.contains("systemd-coredump") else {
            judgement.fallsShort("what is done with dumps is not known", evidence)
            return
        }
        guard let (value, origin) = judgement.look(at: storage) else { return }
        let kept = Evidence("Storage is \(value)", from: origin)
        if value == .text("none") {
            judgement.sees(evidence, kept)
        } else {
            judgement.fallsShort("dumps are kept", evidence, kept)
        }
    }

    private func judgeFiles(
        _ pattern: String, _ source: String, _ limit: Observation<FactValue>, _ judgement: inout Judgement
    ) {
        let evidence = Evidence("dumps are files named \(pattern.displayed)", from: source)
        switch limit {
        case .seen(.number(0), let origin): judgement.sees(evidence, Evidence("logins may write none", from: origin))
        case .unseen(let gap): judgement.isUnknown(gap)
        default: judgement.fallsShort("nothing keeps programs from writing dumps where they run", evidence)
        }
    }
}
