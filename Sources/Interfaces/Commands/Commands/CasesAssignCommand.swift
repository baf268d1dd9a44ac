import CaseManagement

/// `bailey cases assign`: who looks after a case.
struct CasesAssignCommand: Command {
    static let syntax = CommandSyntax(
        name: "cases assign", summary: "Give a case to somebody.", options: [CoreStore.stateOption],
        operands: [
            CaseChange.operand, CommandOperand(name: "NAME", isRequired: false, help: "To whom; without it to nobody."),
        ])

    private let change: CaseChange

    init(_ arguments: ParsedArguments) throws(UsageError) { change = try CaseChange(arguments, Self.syntax) }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let assignee = change.arguments.operands.dropFirst().first ?? ""
        return try change.perform(in: session) { (core, actor) throws(CaseError) in
            try core.assign(change.caseID, to: assignee, by: actor)
        }
    }
}
