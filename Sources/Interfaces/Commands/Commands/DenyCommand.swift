import BrokerProtocol

/// `bailey deny`: a person's no to a request that waits.
struct DenyCommand: Command {
    static let reason = CommandOption.value("reason", "TEXT", help: "Why, for the requester and the audit log.")
    static let id = CommandOperand(name: "ID", help: "The request, as bailey requests lists it.")
    static let syntax = CommandSyntax(
        name: "deny", summary: "Refuse a request that waits for an approval.",
        details: ["Ends with 9 where there is no broker, and with the number of bailey run where it refuses."],
        options: [reason], operands: [id])

    private let id: RequestID
    private let reason: String

    init(_ arguments: ParsedArguments) throws(UsageError) {
        id = try Self.requestID(arguments, command: "deny")
        guard let reason = arguments.value(of: Self.reason) else {
            throw UsageError("--reason is missing: \(Self.reason.help)", command: "deny")
        }
        self.reason = reason
    }

    static func requestID(_ arguments: ParsedArguments, command: String) throws(UsageError) -> RequestID {
        let text = arguments.operands.first ?? ""
        guard let id = RequestID(text: text) else {
            throw UsageError("'\(text)' is no request: an ID is twelve hexadecimal digits", command: command)
        }
        return id
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        BrokerClient.ask(.deny(id, reason: reason), in: session)
    }
}
