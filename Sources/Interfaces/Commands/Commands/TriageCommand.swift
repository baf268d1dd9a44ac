import CaseManagement
import JSON
import Storage
import TechniqueLookup
import Triage

/// `bailey triage`: what to make of an alert.
struct TriageCommand: Command {
    static let noStore = CommandOption.flag("no-store", help: "Only answer: keep nothing, join nothing.")
    static let syntax = CommandSyntax(
        name: "triage", summary: "Judge an alert: verdict, reasons, techniques, what to do.",
        details: [
            "With - alerts are read from the input: a JSON object, an array or NDJSON of Wazuh, Elastic, OCSF, Splunk or Bailey, or text. They are stored and joined to cases like any other."
        ],
        options: [noStore, CoreStore.stateOption],
        operands: [CommandOperand(name: "TEXT", help: "The alert's text, or - for the input.")])

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let items = try items(session)
        if arguments.has(Self.noStore) { return try answer(items, in: session) }
        let store = try CoreStore(arguments, in: session)
        let core = try store.core(catalogue: try AttackTechniques(for: session))
        let outcomes = try CoreStore.storing { () throws(StorageError) in try core.ingest(items) }
        let reader = try store.reader()
        for outcome in outcomes {
            if case .rejected(let why) = outcome.status {
                session.console.report("not taken in: \(printable(why))")
            } else if let id = outcome.alert,
                let alert = try CoreStore.storing({ () throws(StorageError) in try reader.alert(id) })
            {
                if session.options.wantsJSON {
                    session.printDocument { $0.value(alert, full: true) }
                } else {
                    session.print(alert)
                    if outcomes.count == 1 { session.print(StoredTriage(alert.triage)) }
                }
            }
        }
        return outcomes.contains { $0.status.code == 400 } ? .couldNotRun : .done
    }

    private func answer(_ items: SubmittedAlerts, in session: Session) throws(CommandError) -> ExitCode {
        let catalogue = try AttackTechniques(for: session)
        var code = ExitCode.done
        for item in items.items {
            switch item {
            case .success(let alert):
                let result = TriageResult(
                    Examination(alert, catalogue: catalogue), hits: [], history: JudgementHistory(), occurrences: 1)
                let triage = StoredTriage(StoredTriage.text(of: result, entities: alert.entities))
                if session.options.wantsJSON {
                    session.printDocument { $0.value(triage.document) }
                } else {
                    session.printText(
                        "\(result.verdict.name)  confidence \(Int((result.confidence * 100).rounded())) %")
                    session.print(triage)
                }
            case .failure(let error):
                session.console.report("not read: \(printable(error.description))")
                code = .couldNotRun
            }
        }
        return code
    }

    private func items(_ session: Session) throws(CommandError) -> SubmittedAlerts {
        let text = arguments.operands[0]
        let bytes = text == "-" ? try session.standardInput(limit: SubmittedAlerts.sizeLimit) : Array(text.utf8)
        do throws(IngestionError) {
            // What begins like JSON is meant as such, and its errors are worth telling.
            let first = bytes.first { $0 > 0x20 }
            if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return try SubmittedAlerts(parsing: bytes) }
            return SubmittedAlerts(one: try AlertReaders.read(text: String(decoding: bytes, as: UTF8.self)))
        } catch { throw .couldNotRun("alert", error.description) }
    }
}
