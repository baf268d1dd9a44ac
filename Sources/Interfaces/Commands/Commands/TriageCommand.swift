import CoreRoutes
import JSON
import Triage

/// `bailey triage`: what to make of an alert.
struct TriageCommand: Command {
    static let noStore = CommandOption.flag("no-store", help: "Only answer: keep nothing, join nothing.")
    static let syntax = CommandSyntax(
        name: "triage", summary: "Judge an alert: verdict, reasons, techniques, what to do.",
        details: [
            "With - alerts are read from the input: a JSON object, an array or NDJSON of Wazuh, Elastic, OCSF, Splunk or Bailey, or text. They are stored and joined to cases like any other."
        ],
        options: [noStore] + CoreConnection.options,
        operands: [CommandOperand(name: "TEXT", help: "The alert's text, or - for the input.")])

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let text = arguments.operands[0]
        let bytes = text == "-" ? try session.standardInput(limit: SubmittedAlerts.sizeLimit) : Array(text.utf8)
        let core = try CoreConnection(arguments, in: session, judges: true)
        // What begins like JSON is meant as such, and its errors are worth telling.
        let first = bytes.first { $0 > 0x20 }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            return try submit(bytes, to: core, in: session)
        }
        let isStored = !arguments.has(Self.noStore)
        let answer = try core.document(
            TriageText.self,
            .object(["alert_text": .text(String(decoding: bytes, as: UTF8.self)), "store": .flag(isStored)]))
        if isStored {
            print(answer, in: session, whole: true)
        } else {
            printJudgement(answer.value["triage"] ?? .null, in: session)
        }
        return .done
    }

    private func submit(
        _ alerts: [UInt8], to core: CoreConnection, in session: Session
    ) throws(CommandError) -> ExitCode {
        let query = arguments.has(Self.noStore) ? [(name: "store", value: "false")] : []
        let results =
            try core.document(AlertsSubmit.self, query: query, .alerts(alerts)).value["results"]?.elements ?? []
        var code = ExitCode.done
        for result in results {
            if let why = result["error"]?.text {
                session.console.report("not taken in: \(printable(why))")
                code = .couldNotRun
            } else if let triage = result["triage"] {
                printJudgement(triage, in: session)
            } else {
                let answer = try core.document(AlertsShow.self, path: ["alert": result.words("triage_id")])
                print(answer, in: session, whole: results.count == 1)
            }
        }
        return code
    }

    private func print(_ alert: (value: JSONValue, bytes: [UInt8]), in session: Session, whole: Bool) {
        if session.options.wantsJSON { return session.console.write(alert.bytes) }
        session.print(alert: alert.value)
        if whole { session.print(triage: alert.value["triage"] ?? .null) }
    }

    private func printJudgement(_ triage: JSONValue, in session: Session) {
        if session.options.wantsJSON { return session.printDocument { $0.value(triage) } }
        session.printText("\(triage.words("verdict"))  confidence \(session.percent(triage["confidence"]))")
        session.print(triage: triage)
    }
}
