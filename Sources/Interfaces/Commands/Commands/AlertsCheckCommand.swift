import CoreRoutes
import JSON

/// `bailey alerts check`: whether people could be told.
struct AlertsCheckCommand: Command {
    static let syntax = CommandSyntax(
        name: "alerts check",
        summary: "Check the alerts policy: what it says, its secrets, its programs. Nothing is sent.",
        details: [
            "Ends with 3 where a channel could not be used. bailey alerts send-test CHANNEL sends a message for a try. With --server it is the policy of the core there."
        ], options: CoreConnection.options)

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let answer = try CoreConnection(arguments, in: session).document(NotificationsCheck.self)
        let problems = answer.value.texts("problems")
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
        } else {
            for channel in answer.value["channels"]?.elements ?? [] {
                session.printRow([("channel", 8), (channel.words("id"), 24), (channel.words("kind"), 0)])
            }
            for rule in answer.value["rules"]?.elements ?? [] {
                session.printRow([
                    ("rule", 8), (rule.words("id"), 24), (rule.texts("channels").joined(separator: ", "), 0),
                ])
            }
            if !problems.isEmpty { throw .couldNotRun(problems.map { Problem(subject: "", reason: $0) }) }
        }
        return problems.isEmpty ? .done : .couldNotRun
    }
}
