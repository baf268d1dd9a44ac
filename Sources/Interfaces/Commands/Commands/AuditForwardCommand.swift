import Auditing
import JSON
import LinuxSystem

/// `bailey audit forward`: tells the core what the broker refused, and what is wrong with its log. The broker itself speaks to nobody.
struct AuditForwardCommand: Command {
    static let syntax = CommandSyntax(
        name: "audit forward", summary: "Hand what the broker refused since the last time to the core, as findings.",
        details: [
            "Denials, refused and expired approvals, failed proofs, refused policies, torn lines and clocks that went back. What the core does not take at once waits in a spool and goes with the next run. A record that is handed over twice is counted once. Run it from a timer."
        ],
        options: [CoreHandover.option], operands: [AuditLocation.operand])

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        guard let handover = CoreHandover(arguments, producer: "audit", in: session) else {
            throw .couldNotRun("state directory", "is not known", remedy: "name the core's with --core DIR")
        }
        let location = AuditLocation(arguments, in: session)
        let mark = ForwardingMark(in: handover.spoolDirectory)
        let from = mark.sequence
        var (records, last) = ([AuditRecord](), from)
        let listing = AuditListing(filter: AuditFilter(), session: session)
        try listing.forEachRecord(in: try files(location, after: from, listing)) { record, _ in
            guard record.sequence > from else { return true }
            last = record.sequence
            if AuditFinding.isWorthTelling(record) { records.append(record) }
            return true
        }
        let host = KernelIdentity.current.hostname
        let outcome = handover.hand(records) { part in part.flatMap { AuditFinding.line(of: $0, host: host) } }
        switch outcome {
        case .noCore:
            throw .couldNotRun(
                handover.directory, "has no core that was set up", remedy: "run bailey-core, or name --core DIR")
        case .lost(_, let why): throw .couldNotRun("audit log", "was not handed over: \(why)")
        case .delivered, .spooled:
            do throws(SystemError) { try mark.write(last) } catch { throw .couldNotRun(error) }
        }
        if session.options.wantsJSON {
            session.printDocument { writer in
                writer.object {
                    $0.member("schema", 1)
                    $0.member("findings", records.count)
                    $0.member("last_sequence", last)
                    if case .spooled(_, let why) = outcome { $0.member("spooled", why) }
                }
            }
        } else {
            session.printText(handover.text(outcome, "findings") ?? "nothing new up to record \(last)")
        }
        return .done
    }

    /// The files from the one on that the mark lies in: each begins with a record of its own number.
    private func files(
        _ location: AuditLocation, after sequence: UInt64, _ listing: AuditListing
    ) throws(CommandError) -> [String] {
        let all = try location.files()
        var wanted: [String] = []
        for file in all.reversed() {
            wanted.insert(file, at: 0)
            var first: UInt64?
            try listing.forEachRecord(in: [file]) { record, _ in
                first = record.sequence
                return false
            }
            if let first, first <= sequence { break }
        }
        return wanted
    }
}
