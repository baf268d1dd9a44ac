import CoreRoutes
import JSON

/// `bailey cases merge`: two cases that are one.
struct CasesMergeCommand: Command {
    static let syntax = CommandSyntax(
        name: "cases merge", summary: "Put all of a case into another, and close the first.",
        options: CoreConnection.options,
        operands: [CaseChange.operand, CommandOperand(name: "INTO", help: "The case that goes on.")])

    private let change: CaseChange
    private let target: Int

    init(_ arguments: ParsedArguments) throws(UsageError) {
        change = try CaseChange(arguments, Self.syntax)
        target = try arguments.number(arguments.operands.dropFirst().first, "INTO", command: Self.syntax.name)
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        try change.perform(CasesMerge.self, ["into": .number(Double(target))], in: session)
    }
}
