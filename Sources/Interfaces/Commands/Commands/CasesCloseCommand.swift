import CaseManagement
import CoreRoutes
import JSON

/// `bailey cases close`: the end of a case.
struct CasesCloseCommand: Command {
    static let falsePositive = CommandOption.flag("false-positive", help: "It was nothing: a false positive.")
    static let syntax = CommandSyntax(
        name: "cases close", summary: "Close a case; what comes back afterwards opens a new one that refers to it.",
        options: [falsePositive, CaseChange.note] + CoreConnection.options, operands: [CaseChange.operand])

    private let change: CaseChange

    init(_ arguments: ParsedArguments) throws(UsageError) { change = try CaseChange(arguments, Self.syntax) }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let state = change.arguments.has(Self.falsePositive) ? CaseState.falsePositive : .closed
        let note = change.arguments.value(of: CaseChange.note) ?? ""
        return try change.perform(
            CasesMove.self, ["state": .text(state.rawValue), "note": .text(note)], in: session)
    }
}
