import CoreRoutes
import JSON

/// `bailey cases tag`: a word to find a case by.
struct CasesTagCommand: Command {
    static let remove = CommandOption.flag("remove", help: "Take the tag away.")
    static let syntax = CommandSyntax(
        name: "cases tag", summary: "Put a tag on a case, or take it away.", options: [remove] + CoreConnection.options,
        operands: [CaseChange.operand, CommandOperand(name: "TAG", help: "A word or two, at most 100 bytes.")])

    private let change: CaseChange

    init(_ arguments: ParsedArguments) throws(UsageError) { change = try CaseChange(arguments, Self.syntax) }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let tag = change.arguments.operands[1]
        guard change.arguments.has(Self.remove) else {
            return try change.perform(CasesTag.self, ["tag": .text(tag)], in: session)
        }
        return try change.perform(CasesUntag.self, path: ["tag": tag], in: session)
    }
}
