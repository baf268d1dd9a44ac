import CoreRoutes

/// `bailey alerts dead drop`: gives dead letters up.
struct AlertsDeadDropCommand: Command {
    static let syntax = CommandSyntax(
        name: "alerts dead drop", summary: "Give dead letters up: they stay in the record and are sent no more.",
        options: DeadLetterChange.options, operands: [DeadLetterChange.operand])

    private let change: DeadLetterChange

    init(_ arguments: ParsedArguments) throws(UsageError) { change = try DeadLetterChange(arguments, Self.syntax) }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        try change.perform(NotificationsDrop.self, all: NotificationsDropAll.self, "dropped", in: session)
    }
}
