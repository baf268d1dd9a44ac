import CaseManagement
import JSON
import Storage
import Triage

/// `bailey cases show`: one case with its alerts, entities, links and history.
struct CasesShowCommand: Command {
    static let sigma = CommandOption.flag(
        "sigma", help: "Print a draft of a Sigma rule for what the case has in common.")
    static let timeline = CommandOption.flag("timeline", help: "Print what happened, in the order of time.")
    static let syntax = CommandSyntax(
        name: "cases show", summary: "Show one case: what is in it, why, and what was done.",
        options: [sigma, CoreStore.stateOption, timeline], operands: [CaseChange.operand])

    private let arguments: ParsedArguments
    private let id: Int

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        id = try arguments.number(arguments.operands.first, "CASE", command: Self.syntax.name)
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let store = try CoreStore(arguments, in: session)
        let reader = try store.reader()
        guard let file = try CoreStore.storing({ () throws(StorageError) in try reader.caseFile(id) }) else {
            throw .couldNotRun("", CaseError.noCase(id).description)
        }
        if arguments.has(Self.sigma) {
            guard let rule = SigmaRule.draft(of: file, now: store.now) else {
                throw .couldNotRun("case \(id)", "has nothing specific that a rule could look for")
            }
            session.console.write(Array(rule.utf8))
        } else if arguments.has(Self.timeline) {
            printTimeline(Timeline(file), in: session)
        } else if session.options.wantsJSON {
            session.printDocument { $0.value(file, now: store.now, settings: CoreSettings()) }
        } else {
            printText(file, now: store, in: session)
        }
        return .done
    }

    private func printTimeline(_ timeline: Timeline, in session: Session) {
        if session.options.wantsJSON {
            session.printDocument { writer in writer.array { for entry in timeline.entries { $0.value(entry) } } }
        } else {
            for entry in timeline.entries {
                session.printRow([(entry.at.description, 20), (entry.kind, 10), (entry.actor, 12), (entry.text, 0)])
            }
        }
    }

    private func printText(_ file: CaseFile, now store: CoreStore, in session: Session) {
        session.print(file.record)
        let record = file.record
        session.printText(
            "  \(record.verdict.name), confidence \(Int((record.confidence * 100).rounded())) %, blast radius \(record.blast.value) (\(record.blast.level.rawValue))"
        )
        if !record.assignee.isEmpty { session.printText("  assigned to \(record.assignee)") }
        if let other = record.refersTo { session.printText("  refers to case \(other)") }
        if let other = record.mergedInto { session.printText("  merged into case \(other)") }
        for clock in record.clocks(now: store.now, settings: CoreSettings()) {
            session.printText("  \(clock.name) due \(clock.due): \(clock.state)")
        }
        session.printText("Alerts:")
        for alert in file.alerts { session.print(alert) }
        session.printText("Entities:")
        for entity in file.entities { session.printRow([("  \(entity.kind)", 10), (entity.value, 0)]) }
        printTimeline(Timeline(file), in: session)
    }
}
