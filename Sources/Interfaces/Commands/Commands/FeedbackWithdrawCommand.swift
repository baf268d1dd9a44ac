import CoreRoutes
import JSON

/// `bailey feedback withdraw`: as if it had never been said.
struct FeedbackWithdrawCommand: Command {
    static let syntax = CommandSyntax(
        name: "feedback withdraw",
        summary: "Take feedback back: its alert is judged anew, those like it when they come.",
        options: CoreConnection.options,
        operands: [CommandOperand(name: "ID", help: "The feedback's number.")])

    private let arguments: ParsedArguments
    private let id: Int

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        id = try arguments.number(arguments.operands.first, "ID", command: Self.syntax.name)
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let core = try CoreConnection(arguments, in: session)
        _ = try core.ask(FeedbackWithdraw.self, path: ["feedback": "\(id)"])
        return .done
    }
}
