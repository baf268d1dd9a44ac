import JSON
import Notifications
import Storage
import TerminalText

/// `bailey alerts dead show`: what a message said, and why nobody got it.
struct AlertsDeadShowCommand: Command {
    static let syntax = CommandSyntax(
        name: "alerts dead show", summary: "Print a message that could not be delivered, and why.",
        options: [CoreStore.stateOption], operands: [CommandOperand(name: "ID", help: "The dead letter's number.")])

    private let arguments: ParsedArguments
    private let id: Int

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        id = try arguments.number(arguments.operands.first, "ID", command: Self.syntax.name)
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let file = try CoreStore(arguments, in: session).file
        let record = try CoreStore.storing { () throws(StorageError) in try NotificationRecord.one(id, in: file) }
        guard let record else { throw .couldNotRun("message \(id)", "is not there") }
        if session.options.wantsJSON {
            session.printDocument { $0.value(record, withMessage: true) }
        } else {
            session.print([record])
            if let message = AlertMessage(document: Array(record.message.utf8)) {
                session.console.print(terminalSafeLines(message.text))
            }
        }
        return .done
    }
}
