import CaseManagement

/// `bailey cases split`: alerts that do not belong to a case.
struct CasesSplitCommand: Command {
    static let syntax = CommandSyntax(
        name: "cases split", summary: "Take alerts out of a case into a new one.", options: [CoreStore.stateOption],
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
        try change.perform(in: session) { (core, actor) throws(CaseError) in
            let new = try core.split(change.caseID, alerts: alerts, by: actor)
            session.console.report("the alerts are in case \(new) now")
        }
    }
}
