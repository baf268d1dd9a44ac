import ControlFrameworks
import Findings
import HostModel

import struct FoundationEssentials.Date

/// A backup of the host has worked lately and will be made again: the tool's own record of one that ended well, and something that
/// runs it. An installed program is no backup.
struct BackupConfigured: Check {
    let description = CheckDescription(
        id: "backup_configured", title: "The host is backed up, and the backups end well", category: .backup,
        risk: .high,
        rationale: "After a disk, a mistake or extortion software took the data, the last good backup is what is left.",
        remediation:
            "Set up a backup tool with a target off the host, let a timer run it daily, and check that its last run ended well.",
        controls: [
            .iso("A.8.13"), .iso("A.5.30"), .csf("PR.DS-11"), .csf("RC.RP-03"), .sp80053("CP-9"), .sp80053("CP-10"),
        ])

    /// Days after which a backup that worked is too old to call working.
    private static let freshDays = 7.0
    /// Programs that run another one, whose records are then theirs.
    private static let fronts = ["borgmatic": "borg", "duply": "duplicity", "resticprofile": "restic"]

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        switch context.snapshot.backups {
        case .unseen(let gap): return .notAssessed(gap)
        case .absent(let why, let source):
            return .violation([Evidence(why, from: source)], gap: "nothing shows that the host is backed up")
        case .seen(let signs, let source):
            let answers = Dictionary(grouping: signs, by: { Self.fronts[$0.tool] ?? $0.tool }).sorted {
                $0.key < $1.key
            }
            .map { judge(tool: $0.key, $0.value, now: context.now) }
            let evidence = signs.map(Self.evidence)
            guard let best = answers.min(by: { $0.rank < $1.rank }) else {
                return .violation(
                    [Evidence("no sign of a backup", from: source)], gap: "nothing shows that the host is backed up")
            }
            return best.answer(evidence)
        }
    }

    private enum Outcome {
        case works
        case isShort(String)
        case isNone(String)

        var rank: Int {
            switch self {
            case .works: 0
            case .isShort: 1
            case .isNone: 2
            }
        }

        func answer(_ evidence: [Evidence]) -> CheckAnswer {
            switch self {
            case .works: .compliant(evidence)
            case .isShort(let gap): .partial(evidence, gap: gap)
            case .isNone(let gap): .violation(evidence, gap: gap)
            }
        }
    }

    private func judge(tool: String, _ signs: [BackupEvidence], now: Date) -> Outcome {
        let kinds = Set(signs.map(\.kind))
        let lastGood = signs.filter { $0.kind == .succeeded }.compactMap(\.date).max()
        let tool = tool.displayed
        if let lastGood {
            let days = now.timeIntervalSince(lastGood) / 86_400
            guard days <= Self.freshDays else {
                return .isShort("the last backup by \(tool) that ended well is \(Int(min(days, 99_999))) days old")
            }
            return kinds.contains(.scheduled) ? .works : .isShort("\(tool) has worked, but nothing runs it again")
        }
        guard kinds.contains(.configured) || kinds.contains(.scheduled) || kinds.contains(.ran) else {
            return .isNone("\(tool) is installed and not set up")
        }
        let runs = kinds.contains(.scheduled)
        if kinds.contains(.ran) { return .isShort("\(tool) has run, but nothing shows how it ended") }
        return .isShort(
            runs
                ? "\(tool) is scheduled, but nothing shows that a backup ended well"
                : "\(tool) is set up, but nothing runs it")
    }

    private static func evidence(_ sign: BackupEvidence) -> Evidence {
        let when = sign.date.map { " at \($0.documentText)" } ?? ""
        return Evidence("\(sign.tool.displayed): \(sign.kind.rawValue)\(when)", from: sign.location.displayed)
    }
}
