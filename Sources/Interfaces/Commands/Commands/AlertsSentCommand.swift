/// `bailey alerts sent`: who was told what, and what waits to be told.
struct AlertsSentCommand: Command {
    static let all = CommandOption.flag("all", help: "Also those that wait, are dead or were dropped.")
    static let syntax = CommandSyntax(
        name: "alerts sent", summary: "List the messages that were delivered, newest first.",
        options: [all] + NotificationQuery.options)

    private let query: NotificationQuery

    init(_ arguments: ParsedArguments) throws(UsageError) { query = try NotificationQuery(arguments, Self.syntax) }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        try query.list(query.arguments.has(Self.all) ? nil : "sent", in: session)
    }
}
