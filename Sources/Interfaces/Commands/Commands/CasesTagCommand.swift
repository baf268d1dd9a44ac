import CaseManagement

/// `bailey cases tag`: a word to find a case by.
struct CasesTagCommand: Command {
    static let remove = CommandOption.flag("remove", help: "Take the tag away.")
    static let syntax = CommandSyntax(
        name: "cases tag", summary: "Put a tag on a case, or take it away.", options: [remove, CoreStore.stateOption],
        operands: [CaseChange.operand, CommandOperand(name: "TAG", help: "A word or two, at most 100 bytes.")])

    private let change: CaseChange

    init(_ arguments: ParsedArguments) throws(UsageError) { change = try CaseChange(arguments, Self.syntax) }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let remove = change.arguments.has(Self.remove)
        return try change.perform(in: session) { (core, actor) throws(CaseError) in
            try core.tag(change.caseID, change.arguments.operands[1], remove: remove, by: actor)
        }
    }
}
