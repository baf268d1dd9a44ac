import CoreRoutes
import JSON

/// `bailey feedback withdraw`: as if it had never been said.
struct FeedbackWithdrawCommand: Command {
    static let syntax = CommandSyntax(
        name: "feedback withdraw",
        summary: "Take feedback back: what it lowered is raised again.",
        details: [
            "Its alert, and each like it that was judged with it in mind, is judged anew as if it had never been given; their cases stay as they are. Where there are very many it says how many are left: bailey-core goes on with them each minute."
        ],
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
        let answer = try core.document(FeedbackWithdraw.self, path: ["feedback": "\(id)"])
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
        } else {
            let left = answer.value["left"]?.number ?? 0
            let rest = left > 0 ? "; \(answer.value.words("left")) are left, and bailey-core goes on with them" : ""
            session.printText(
                "feedback \(id) is withdrawn; alerts judged anew: \(answer.value.words("judged_anew"))\(rest)")
        }
        return .done
    }
}
