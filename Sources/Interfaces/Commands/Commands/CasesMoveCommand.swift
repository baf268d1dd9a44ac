import CaseManagement
import CoreRoutes
import JSON

/// `bailey cases move`: the next state of a case.
struct CasesMoveCommand: Command {
    static let syntax = CommandSyntax(
        name: "cases move",
        summary: "Move a case on: open, triaged, correlated, investigated, planned, approved, executed, closed.",
        options: [CaseChange.note] + CoreConnection.options,
        operands: [CaseChange.operand, CommandOperand(name: "STATE", help: "The state it is to have.")])

    private let change: CaseChange
    private let state: CaseState

    init(_ arguments: ParsedArguments) throws(UsageError) {
        change = try CaseChange(arguments, Self.syntax)
        guard let state = CaseState(rawValue: arguments.operands[1]) else {
            throw UsageError(
                "STATE is one of \(CaseState.allCases.map(\.rawValue).joined(separator: ", "))",
                command: Self.syntax.name)
        }
        self.state = state
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let note = change.arguments.value(of: CaseChange.note) ?? ""
        return try change.perform(
            CasesMove.self, ["state": .text(state.rawValue), "note": .text(note)], in: session)
    }
}
