import CaseManagement
import JSON
import Storage
import Triage

/// `bailey report`: what happened in a time, made and kept.
struct ReportCommand: Command {
    static let caseOption = CommandOption.value("case", "ID", help: "The case that an incident report is about.")
    static let html = CommandOption.flag("html", help: "Print the page in place of the JSON document.")
    static let list = CommandOption.flag("list", help: "List the reports that are kept, and make none.")
    static let syntax = CommandSyntax(
        name: "report",
        summary: "Make a report, keep it, print it: hourly, shift, daily, weekly, monthly, executive, incident.",
        options: [caseOption, html, list, CoreStore.stateOption],
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
        let store = try CoreStore(arguments, in: session)
        let reader = try store.reader()
        if arguments.has(Self.list) {
            let reports = try CoreStore.storing { () throws(StorageError) in try reader.reports() }
            for report in reports {
                session.printRow([("\(report.id)", 6), (report.kind, 10), (report.madeAt.description, 0)])
            }
            return .done
        }
        let made = reader.makeReport(kind, caseID: caseID, now: store.now, settings: CoreSettings())
        let report = try CoreStore.managing { () throws(CaseError) in try made.get() }
        let core = try store.core()
        let id = try CoreStore.storing { () throws(StorageError) in try core.store(report) }
        session.console.write(Array((arguments.has(Self.html) ? report.page : report.document).utf8))
        session.console.report("kept as report \(id)")
        return .done
    }
}
