import CoreRoutes
import JSON

/// `bailey cases comment`: what somebody has to say of a case.
struct CasesCommentCommand: Command {
    static let syntax = CommandSyntax(
        name: "cases comment", summary: "Add a comment to a case.", options: CoreConnection.options,
        operands: [CaseChange.operand, CommandOperand(name: "TEXT", help: "The comment.")])

    private let change: CaseChange

    init(_ arguments: ParsedArguments) throws(UsageError) { change = try CaseChange(arguments, Self.syntax) }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        try change.perform(CasesComment.self, ["text": .text(change.arguments.operands[1])], in: session)
    }
}
