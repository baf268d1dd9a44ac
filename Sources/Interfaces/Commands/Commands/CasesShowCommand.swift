import CoreRoutes
import JSON

/// `bailey cases show`: one case with its alerts, entities, links and history.
struct CasesShowCommand: Command {
    static let syntax = CommandSyntax(
        name: "cases show", summary: "Show one case: what is in it, why, and what was done.",
        options: CoreConnection.options,
        operands: [CaseChange.operand])

    private let arguments: ParsedArguments
    private let id: Int

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        id = try arguments.number(arguments.operands.first, "CASE", command: Self.syntax.name)
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let core = try CoreConnection(arguments, in: session)
        let path = ["case": "\(id)"]
        let answer = try core.document(CasesShow.self, path: path)
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
        } else {
            printText(answer.value, in: session)
            session.print(timeline: try core.document(CasesTimeline.self, path: path).value)
        }
        return .done
    }

    private func printText(_ file: JSONValue, in session: Session) {
        session.print(case: file)
        let blast = file["blast_radius"] ?? .null
        session.printText(
            "  \(file.words("verdict")), confidence \(session.percent(file["confidence"])), blast radius \(blast.words("value")) (\(blast.words("level")))"
        )
        for (name, text) in [
            ("assignee", "assigned to"), ("refers_to", "refers to case"), ("merged_into", "merged into case"),
        ] where !file.words(name).isEmpty {
            session.printText("  \(text) \(file.words(name))")
        }
        for name in ["triage", "response"] {
            guard let clock = file["sla"]?[name] else { continue }
            session.printText("  \(name) due \(clock.words("due")): \(clock.words("state"))")
        }
        session.printText("Alerts:")
        for alert in file["alerts_in_case"]?.elements ?? [] { session.print(alert: alert) }
        session.print(entities: file["entities"]?.elements ?? [])
    }
}
