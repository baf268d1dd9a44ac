import Assessment
import Findings
import HostModel
import LinuxSystem
import Reporting

/// Hands what an assessment found to the core, and of what earlier ones handed over, that it is gone or that nothing looks for it any more.
///
/// Both go by the spool: they are on disk before the record of what is open is written anew. A run that is killed in between tells the same
/// departures again, under the same ids.
struct FindingHandover {
    let core: CoreHandover
    let assessment: PostureAssessment

    private enum Item {
        case found(Finding)
        case gone(HandedFindings.Entry)
        case unchecked(HandedFindings.Entry)
    }

    /// - Returns: what to say of it, a line each.
    func hand() -> [String] {
        guard core.isSetUp else { return [] }
        do throws(SystemError) {
            _ = try Directory(making: core.spoolDirectory, permissions: 0o700, followingLinksOf: [])
            // Two runs at once would each write the record that the other has read.
            return hand(
                holding: try FileLock(path: "\(core.spoolDirectory)/handover.lock", patience: .seconds(10)))
        } catch { return ["findings could not be handed to the core: \(error)"] }
    }

    private func hand(holding lock: borrowing FileLock) -> [String] {
        var record = HandedFindings(in: core.spoolDirectory)
        let departures = record.departures(in: assessment)
        let items =
            assessment.findings.map(Item.found) + departures.gone.map(Item.gone)
            + departures.unchecked.map(Item.unchecked)
        let outcome = core.hand(items) { part in part.flatMap(line) }
        var lines = record.problem.map { ["what was handed over before is not known: \($0)"] } ?? []
        let left = [(departures.gone.count, "gone"), (departures.unchecked.count, "no longer looked for")]
        let parts = left.filter { $0.0 > 0 }.map { ", \($0) of them \($1)" }
        let what = "findings" + parts.joined() + (parts.isEmpty ? "" : ",")
        if let text = core.text(outcome, what) { lines.append(text) }
        switch outcome {
        case .noCore: return lines
        case .delivered, .spooled: record.replace(departures, by: assessment)
        // What has left has to be told again.
        case .lost: record.replace(HandedFindings.Departures(), by: assessment)
        }
        do throws(SystemError) { try record.write(in: core.spoolDirectory) } catch {
            lines.append("what was handed over could not be recorded: \(error)")
        }
        return lines
    }

    private func line(_ item: Item) -> [UInt8] {
        switch item {
        case .found(let finding): FindingLines.bytes(of: [finding], host: assessment.host.hostname)
        case .gone(let entry): entry.resolution(at: assessment.generatedAt)
        case .unchecked(let entry): entry.unchecking(at: assessment.generatedAt)
        }
    }
}
