import Assessment
import Findings
import HostModel
import LinuxSystem
import Reporting

/// Hands what an assessment found to the core, and of what earlier ones handed over, that it is gone.
///
/// Both go by the spool: they are on disk before the record of what is open is written anew. A run that is killed in between tells the same
/// departures again, under the same ids.
struct FindingHandover {
    let core: CoreHandover
    let assessment: PostureAssessment

    private enum Item {
        case found(Finding)
        case gone(HandedFindings.Entry)
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
        let gone = record.gone(in: assessment)
        let items = assessment.findings.map(Item.found) + gone.map(Item.gone)
        let outcome = core.hand(items) { part in part.flatMap(line) }
        var lines = record.problem.map { ["what was handed over before is not known: \($0)"] } ?? []
        let what = gone.isEmpty ? "findings" : "findings, \(gone.count) of them gone,"
        if let text = core.text(outcome, what) { lines.append(text) }
        switch outcome {
        case .noCore: return lines
        case .delivered, .spooled: record.replace(gone, by: assessment)
        // What is gone has to be told again.
        case .lost: record.replace([], by: assessment)
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
        }
    }
}
