import BrokerProtocol

/// `bailey drop`: the end of a task session and of what was approved in it.
struct DropCommand: Command {
    static let syntax = CommandSyntax(
        name: "drop", summary: "End a task session, and the approvals that were kept in it.",
        details: ["Without SESSION all of this user's end. Ends with 9 where there is no broker."],
        operands: [CommandOperand(name: "SESSION", isRequired: false, help: "The session, as --session named it.")])

    private let session: String?

    init(_ arguments: ParsedArguments) { session = arguments.operands.first }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        BrokerClient.ask(.drop(session: self.session), in: session)
    }
}
