import CaseManagement
import CoreRoutes
import JSON
import Triage

/// `bailey cases`: cases, newest first.
struct CasesListCommand: Command {
    static let before = CommandOption.value("before", "ID", help: "Only cases older than this one: the next page.")
    static let limit = CommandOption.value("limit", "NUMBER", help: "So many; without it 50.")
    static let severity = CommandOption.choice(
        "severity", "NAME", of: AlertSeverity.allCases.map(\.name), help: "Only cases of this severity.")
    static let stalled = CommandOption.flag(
        "stalled", help: "Only cases that nobody has moved for half an hour, and that are not over.")
    static let stateName = CommandOption.choice(
        "status", "NAME", of: CaseState.allCases.map(\.rawValue), help: "Only cases that stand there.")
    static let syntax = CommandSyntax(
        name: "cases list", summary: "List cases, newest first.",
        options: [
            before, limit, CoreConnection.server, severity, stalled, CoreStore.stateOption, stateName,
            CoreConnection.tokenFile,
        ])

    private let arguments: ParsedArguments
    private var query: [(name: String, value: String)] = []

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        for option in [Self.before, Self.limit] {
            guard let text = arguments.value(of: option) else { continue }
            query.append((option.name, "\(try arguments.number(text, "--\(option.name)", command: Self.syntax.name))"))
        }
        if let text = arguments.value(of: Self.severity) { query.append(("severity", text)) }
        if arguments.has(Self.stalled) { query.append(("stalled", "true")) }
        if let text = arguments.value(of: Self.stateName) { query.append(("state", text)) }
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let core = try CoreConnection(arguments, in: session)
        let answer = try core.document(CasesList.self, query: query)
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
        } else {
            for record in answer.value["cases"]?.elements ?? [] { session.print(case: record) }
        }
        return .done
    }
}
