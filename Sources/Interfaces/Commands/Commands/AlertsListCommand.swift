import CoreRoutes
import JSON
import Triage

/// `bailey alerts`: what the core has taken in, newest first.
struct AlertsListCommand: Command {
    static let before = CommandOption.value("before", "ID", help: "Only alerts older than this one: the next page.")
    static let caseOption = CommandOption.value("case", "ID", help: "Only alerts of this case.")
    static let entity = CommandOption.value(
        "entity", "VALUE", help: "Only alerts of cases with this address, user, hash or other entity.")
    static let limit = CommandOption.value("limit", "NUMBER", help: "So many; without it 50.")
    static let severity = CommandOption.choice(
        "severity", "NAME", of: AlertSeverity.allCases.map(\.name), help: "Only alerts of this severity.")
    static let syntax = CommandSyntax(
        name: "alerts list", summary: "List the alerts that the core has taken in, newest first.",
        options: [before, caseOption, entity, limit, CoreConnection.server, severity]
            + CoreConnection.options.dropFirst())

    private let arguments: ParsedArguments
    private var query: [(name: String, value: String)] = []

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        for option in [Self.before, Self.caseOption, Self.limit] {
            guard let text = arguments.value(of: option) else { continue }
            query.append((option.name, "\(try arguments.number(text, "--\(option.name)", command: Self.syntax.name))"))
        }
        if let text = arguments.value(of: Self.entity) { query.append(("entity", text)) }
        if let text = arguments.value(of: Self.severity) { query.append(("severity", text)) }
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let core = try CoreConnection(arguments, in: session)
        let answer = try core.document(AlertsList.self, query: query)
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
        } else {
            for alert in answer.value["alerts"]?.elements ?? [] { session.print(alert: alert) }
        }
        return .done
    }
}
