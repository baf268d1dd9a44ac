import CaseManagement

/// `bailey cases tag`: words that cases are found by.
struct CasesTagCommand: Command {
    static let remove = CommandOption.flag("remove", help: "Take the tag off.")
    static let syntax = CommandSyntax(
        name: "cases tag", summary: "Put a tag on a case, or take it off.", options: [remove, CoreStore.stateOption],
        operands: [CaseChange.operand, CommandOperand(name: "TAG", help: "The tag.")])

    private let change: CaseChange

    init(_ arguments: ParsedArguments) throws(UsageError) { change = try CaseChange(arguments, Self.syntax) }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        try change.perform(in: session) { (core, actor) throws(CaseError) in
            try core.tag(
                change.caseID, change.arguments.operands[1], remove: change.arguments.has(Self.remove), by: actor)
        }
    }
}
