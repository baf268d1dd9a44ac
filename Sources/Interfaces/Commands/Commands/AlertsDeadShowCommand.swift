import CoreRoutes
import JSON
import Notifications
import TerminalText

/// `bailey alerts dead show`: what a message said, and why nobody got it.
struct AlertsDeadShowCommand: Command {
    static let syntax = CommandSyntax(
        name: "alerts dead show", summary: "Print a message that could not be delivered, and why.",
        options: CoreConnection.options, operands: [CommandOperand(name: "ID", help: "The dead letter's number.")])

    private let arguments: ParsedArguments
    private let id: Int

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        id = try arguments.number(arguments.operands.first, "ID", command: Self.syntax.name)
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let answer = try CoreConnection(arguments, in: session).document(
            NotificationsShow.self, path: ["notification": "\(id)"])
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
        } else {
            session.print(notification: answer.value)
            if let message = AlertMessage(document: Array((answer.value["message"] ?? .null).compactText.utf8)) {
                session.console.print(terminalSafeLines(message.text))
            }
        }
        return .done
    }
}
