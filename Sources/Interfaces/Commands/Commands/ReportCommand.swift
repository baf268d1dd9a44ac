import CaseManagement
import CoreRoutes
import JSON

/// `bailey report`: what happened in a time, made and kept.
struct ReportCommand: Command {
    static let caseOption = CommandOption.value("case", "ID", help: "The case that an incident report is about.")
    static let html = CommandOption.flag("html", help: "Print the page in place of the JSON document.")
    static let list = CommandOption.flag("list", help: "List the reports that are kept, and make none.")
    static let syntax = CommandSyntax(
        name: "report",
        summary: "Make a report, keep it, print it: hourly, shift, daily, weekly, monthly, executive, incident.",
        options: [caseOption, html, list] + CoreConnection.options,
        operands: [CommandOperand(name: "KIND", isRequired: false, help: "Its kind; without it daily.")])

    private let arguments: ParsedArguments
    private let kind: Report.Kind
    private var caseID: Int?

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        guard let kind = Report.Kind(rawValue: arguments.operands.first ?? "daily") else {
            throw UsageError(
                "KIND is one of \(Report.Kind.allCases.map(\.rawValue).joined(separator: ", "))",
                command: Self.syntax.name)
        }
        self.kind = kind
        if let text = arguments.value(of: Self.caseOption) {
            caseID = try arguments.number(text, "--case", command: Self.syntax.name)
        }
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let core = try CoreConnection(arguments, in: session)
        if arguments.has(Self.list) { return try printList(core, in: session) }
        var members: [String: JSONValue] = ["kind": .text(kind.rawValue)]
        if let caseID { members["case"] = .number(Double(caseID)) }
        let id = try core.document(ReportsMake.self, .object(members)).value.words("report_id")
        let format = arguments.has(Self.html) ? "html" : "json"
        session.console.write(
            try core.ask(ReportsShow.self, path: ["report": id], query: [("format", format)]).body)
        session.console.report("kept as report \(id)")
        return .done
    }

    private func printList(_ core: CoreConnection, in session: Session) throws(CommandError) -> ExitCode {
        let answer = try core.document(ReportsList.self)
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
            return .done
        }
        for report in answer.value["reports"]?.elements ?? [] {
            session.printRow([(report.words("report_id"), 6), (report.words("kind"), 10), (report.words("made_at"), 0)])
        }
        return .done
    }
}
