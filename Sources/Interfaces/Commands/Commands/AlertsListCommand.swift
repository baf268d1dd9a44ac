import CoreRoutes
import JSON
import Triage

/// `bailey alerts`: what the core has taken in, newest first.
struct AlertsListCommand: Command {
    static let before = CommandOption.value("before", "ID", help: "Only alerts older than this one: the next page.")
    static let caseOption = CommandOption.value("case", "ID", help: "Only alerts of this case.")
    static let entity = CommandOption.value(
        "entity", "VALUE", help: "Only alerts that name this address, user, hash or other entity.")
    static let limit = CommandOption.value("limit", "NUMBER", help: "So many; without it 50.")
    static let severity = CommandOption.choice(
        "severity", "NAME", of: AlertSeverity.allCases.map(\.name), help: "Only alerts of this severity.")
    static let syntax = CommandSyntax(
        name: "alerts list", summary: "List the alerts that the core has taken in, newest first.",
        options: [before, caseOption, entity, limit, CoreConnection.server, severity]
            + CoreConnection.options.dropFirst())

    private let arguments: ParsedArguments
    private var query: [(name: String, value: String)] = []
    private var before: Int?
    private var limit = 50

    /// Pages asked for at most, of those that look for an entity: two million alerts.
    private static let pageLimit = 20

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        func number(_ option: CommandOption) throws(UsageError) -> Int? {
            guard let text = arguments.value(of: option) else { return nil }
            return try arguments.number(text, "--\(option.name)", command: Self.syntax.name)
        }
        before = try number(Self.before)
        limit = try number(Self.limit) ?? limit
        if let id = try number(Self.caseOption) { query.append(("case", "\(id)")) }
        if let text = arguments.value(of: Self.entity) { query.append(("entity", text)) }
        if let text = arguments.value(of: Self.severity) { query.append(("severity", text)) }
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let core = try CoreConnection(arguments, in: session)
        var (answer, next) = try page(before, limit, of: core)
        var alerts = answer.value["alerts"]?.elements ?? []
        var pages = 1
        while arguments.value(of: Self.entity) != nil, alerts.count < limit, pages < Self.pageLimit, let before = next {
            (answer, next) = try page(before, limit - alerts.count, of: core)
            alerts += answer.value["alerts"]?.elements ?? []
            pages += 1
        }
        if session.options.wantsJSON {
            if pages == 1 { session.console.write(answer.bytes) } else { session.printList(of: alerts, next: next) }
        } else {
            for alert in alerts { session.print(alert: alert) }
            if alerts.count < limit, let next { session.printText("older ones were not looked at: --before \(next)") }
        }
        return .done
    }

    private func page(
        _ before: Int?, _ limit: Int, of core: CoreConnection
    ) throws(CommandError) -> (answer: (value: JSONValue, bytes: [UInt8]), next: Int?) {
        let range = (before.map { [("before", "\($0)")] } ?? []) + [("limit", "\(limit)")]
        let answer = try core.document(AlertsList.self, query: query + range)
        return (answer, answer.value["next"]?.number.flatMap(Int.init(exactly:)))
    }
}

extension Session {
    /// The pages of a list as one.
    fileprivate func printList(of alerts: [JSONValue], next: Int?) {
        printDocument { writer in
            writer.object { writer in
                writer.member("schema", 1)
                writer.member("alerts", array: { writer in for alert in alerts { writer.value(alert) } })
                writer.key("next")
                if let next { writer.value(next) } else { writer.null() }
            }
        }
    }
}
