/// `bailey alerts dead`: messages that nobody got.
struct AlertsDeadListCommand: Command {
    static let syntax = CommandSyntax(
        name: "alerts dead list", summary: "List the messages that could not be delivered and are not tried any more.",
        options: NotificationQuery.options)

    private let query: NotificationQuery

    init(_ arguments: ParsedArguments) throws(UsageError) { query = try NotificationQuery(arguments, Self.syntax) }

    func run(in session: Session) throws(CommandError) -> ExitCode { try query.list("dead", in: session) }
}
