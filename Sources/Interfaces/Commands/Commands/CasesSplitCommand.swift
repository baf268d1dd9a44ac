import CoreRoutes
import JSON

/// `bailey cases split`: alerts that do not belong to a case.
struct CasesSplitCommand: Command {
    static let syntax = CommandSyntax(
        name: "cases split", summary: "Take alerts out of a case into a new one.", options: CoreConnection.options,
        operands: [
            CaseChange.operand,
            CommandOperand(name: "ALERT", mayRepeat: true, help: "The triage id of an alert that goes."),
        ])

    private let change: CaseChange
    private var alerts: Set<Int> = []

    init(_ arguments: ParsedArguments) throws(UsageError) {
        change = try CaseChange(arguments, Self.syntax)
        for text in arguments.operands.dropFirst() {
            alerts.insert(try arguments.number(text, "ALERT", command: Self.syntax.name))
        }
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let ids = alerts.sorted().map { JSONValue.number(Double($0)) }
        return try change.perform(CasesSplit.self, ["alerts": .array(ids)], in: session)
    }
}
