import CaseManagement
import JSON
import Storage
import Triage

/// `bailey cases`: cases, newest first.
struct CasesListCommand: Command {
    static let before = CommandOption.value("before", "ID", help: "Only cases older than this one: the next page.")
    static let limit = CommandOption.value("limit", "NUMBER", help: "So many; without it 50.")
    static let severity = CommandOption.choice(
        "severity", "NAME", of: AlertSeverity.allCases.map(\.name), help: "Only cases of this severity.")
    static let stateName = CommandOption.choice(
        "status", "NAME", of: CaseState.allCases.map(\.rawValue), help: "Only cases that stand there.")
    static let syntax = CommandSyntax(
        name: "cases list", summary: "List cases, newest first.",
        options: [before, limit, severity, CoreStore.stateOption, stateName])

    private let arguments: ParsedArguments
    private var filter = CaseFilter()

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        if let text = arguments.value(of: Self.before) {
            filter.before = try arguments.number(text, "--before", command: Self.syntax.name)
        }
        if let text = arguments.value(of: Self.limit) {
            filter.limit = try arguments.number(text, "--limit", command: Self.syntax.name)
        }
        filter.severity = arguments.value(of: Self.severity).flatMap(AlertSeverity.init(word:))
        filter.state = arguments.choice(Self.stateName, as: CaseState.self)
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let reader = try CoreStore(arguments, in: session).reader()
        let cases = try CoreStore.storing { () throws(StorageError) in try reader.cases(filter) }
        if session.options.wantsJSON {
            session.printDocument { writer in
                writer.object { writer in
                    writer.member("schema", 1)
                    writer.member("cases", array: { writer in for record in cases { writer.value(record) } })
                }
            }
        } else {
            for record in cases { session.print(record) }
        }
        return .done
    }
}
