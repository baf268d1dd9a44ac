import CoreRoutes
import JSON

/// `bailey cases assign`: who looks after a case.
struct CasesAssignCommand: Command {
    static let syntax = CommandSyntax(
        name: "cases assign", summary: "Give a case to somebody.", options: CoreConnection.options,
        operands: [
            CaseChange.operand, CommandOperand(name: "NAME", isRequired: false, help: "To whom; without it to nobody."),
        ])

    private let change: CaseChange

    init(_ arguments: ParsedArguments) throws(UsageError) { change = try CaseChange(arguments, Self.syntax) }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let assignee = change.arguments.operands.dropFirst().first ?? ""
        return try change.perform(
            CasesAssign.self, ["assignee": assignee.isEmpty ? .null : .text(assignee)], in: session)
    }
}
