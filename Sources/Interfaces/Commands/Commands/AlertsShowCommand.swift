import CoreRoutes
import JSON

/// `bailey alerts show`: one alert with its triage.
struct AlertsShowCommand: Command {
    static let payload = CommandOption.flag("payload", help: "Print what came in, in place of what was made of it.")
    static let syntax = CommandSyntax(
        name: "alerts show", summary: "Show one alert: verdict, reasons, techniques, what to do, what is not known.",
        options: [payload] + CoreConnection.options,
        operands: [CommandOperand(name: "ID", help: "The alert's triage id.")])

    private let arguments: ParsedArguments
    private let id: Int

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        id = try arguments.number(arguments.operands.first, "ID", command: Self.syntax.name)
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let core = try CoreConnection(arguments, in: session)
        let path = ["alert": "\(id)"]
        if arguments.has(Self.payload) {
            session.console.write(try core.ask(AlertsPayload.self, path: path).body)
            return .done
        }
        let answer = try core.document(AlertsShow.self, path: path)
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
        } else {
            session.print(alert: answer.value)
            session.print(triage: answer.value["triage"] ?? .null)
        }
        return .done
    }
}
