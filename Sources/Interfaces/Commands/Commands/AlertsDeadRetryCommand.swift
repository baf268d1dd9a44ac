import CoreRoutes

/// `bailey alerts dead retry`: tries dead letters again.
struct AlertsDeadRetryCommand: Command {
    static let syntax = CommandSyntax(
        name: "alerts dead retry", summary: "Put dead letters back into the queue; a running core sends them.",
        options: DeadLetterChange.options, operands: [DeadLetterChange.operand])

    private let change: DeadLetterChange

    init(_ arguments: ParsedArguments) throws(UsageError) { change = try DeadLetterChange(arguments, Self.syntax) }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        try change.perform(NotificationsRetry.self, all: NotificationsRetryAll.self, "queued", in: session)
    }
}
