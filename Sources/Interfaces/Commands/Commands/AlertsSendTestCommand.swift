import JSON
import Notifications
import Policies
import Triage

/// `bailey alerts send-test`: one message, now, by a channel of the policy.
struct AlertsSendTestCommand: Command {
    static let syntax = CommandSyntax(
        name: "alerts send-test",
        summary: "Send a test message by a channel of the alerts policy, and say what became of it.",
        details: ["It goes from here at once, as this user, and is not noted in the core's store."],
        operands: [CommandOperand(name: "CHANNEL", help: "The channel's id in the alerts policy.")])

    private let channel: String

    init(_ arguments: ParsedArguments) { channel = arguments.operands[0] }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let source = try AlertsPolicySource(in: session)
        let channel = try source.channel(channel)
        let now = EventTime(session.environment.now())
        let message = AlertMessage(
            key: AlertMessage.randomKey(), event: "test", at: now, severity: .informational,
            title: "a test of the channel \(channel.id)", host: source.context.host, source: "bailey")
        let error: DeliveryError?
        do throws(DeliveryError) {
            error = try channel.opened(in: source.context).send([message]).first ?? nil
        } catch let failure { error = failure }
        if session.options.wantsJSON {
            session.printDocument { writer in
                writer.object {
                    $0.member("schema", 1)
                    $0.member("channel", channel.id)
                    $0.member("key", message.key)
                    $0.member("delivered", error == nil)
                    $0.member("failure", error?.description)
                }
            }
        } else if let error {
            throw .couldNotRun("channel \(channel.id)", error.description)
        } else {
            session.printText("delivered by \(channel.id), key \(message.key)")
        }
        return error == nil ? .done : .couldNotRun
    }
}
