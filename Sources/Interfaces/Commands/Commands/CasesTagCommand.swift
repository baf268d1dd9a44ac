import CoreRoutes
import JSON

/// `bailey cases tag`: a word to find a case by.
struct CasesTagCommand: Command {
    static let syntax = CommandSyntax(
        name: "cases tag", summary: "Put a tag on a case.", options: CoreConnection.options,
        operands: [CaseChange.operand, CommandOperand(name: "TAG", help: "A word or two, at most 100 bytes.")])

    private let change: CaseChange

    init(_ arguments: ParsedArguments) throws(UsageError) { change = try CaseChange(arguments, Self.syntax) }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        try change.perform(CasesTag.self, ["tag": .text(change.arguments.operands[1])], in: session)
    }
}
