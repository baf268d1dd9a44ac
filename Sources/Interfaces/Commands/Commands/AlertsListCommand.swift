import CaseManagement
import JSON
import Storage
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
        options: [before, caseOption, entity, limit, severity, CoreStore.stateOption])

    private let arguments: ParsedArguments
    private var filter = AlertFilter()

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        let name = Self.syntax.name
        if let text = arguments.value(of: Self.before) {
            filter.before = try arguments.number(text, "--before", command: name)
        }
        if let text = arguments.value(of: Self.caseOption) {
            filter.caseID = try arguments.number(text, "--case", command: name)
        }
        if let text = arguments.value(of: Self.limit) {
            filter.limit = try arguments.number(text, "--limit", command: name)
        }
        filter.entity = arguments.value(of: Self.entity)
        filter.severity = arguments.value(of: Self.severity).flatMap(AlertSeverity.init(word:))
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let reader = try CoreStore(arguments, in: session).reader()
        let alerts = try CoreStore.storing { () throws(StorageError) in try reader.alerts(filter) }
        if session.options.wantsJSON {
            session.printDocument { writer in
                writer.object { writer in
                    writer.member("schema", 1)
                    writer.member(
                        "alerts", array: { writer in for alert in alerts { writer.value(alert, full: false) } })
                }
            }
        } else {
            for alert in alerts { session.print(alert) }
        }
        return .done
    }
}
