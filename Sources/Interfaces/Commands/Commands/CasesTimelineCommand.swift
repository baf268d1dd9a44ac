import CoreRoutes
import JSON

/// `bailey cases timeline`: what happened, in the order of time.
struct CasesTimelineCommand: Command {
    static let syntax = CommandSyntax(
        name: "cases timeline", summary: "Show what happened in a case, in the order of time.",
        options: CoreConnection.options, operands: [CaseChange.operand])

    private let change: CaseChange

    init(_ arguments: ParsedArguments) throws(UsageError) { change = try CaseChange(arguments, Self.syntax) }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let core = try CoreConnection(change.arguments, in: session)
        let answer = try core.document(CasesTimeline.self, path: ["case": "\(change.caseID)"])
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
        } else {
            session.print(timeline: answer.value)
        }
        return .done
    }
}
