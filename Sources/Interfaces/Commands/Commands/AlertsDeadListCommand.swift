import Notifications
import Storage

/// `bailey alerts dead`: messages that nobody got.
struct AlertsDeadListCommand: Command {
    static let channel = CommandOption.value("channel", "ID", help: "Only those of this channel.")
    static let limit = CommandOption.value("limit", "NUMBER", help: "So many; without it 50.")
    static let syntax = CommandSyntax(
        name: "alerts dead list", summary: "List the messages that could not be delivered and are not tried any more.",
        options: [channel, limit, CoreStore.stateOption])

    private let arguments: ParsedArguments
    private let limit: Int

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        limit = try arguments.number(
            arguments.value(of: Self.limit) ?? "50", "--limit", command: Self.syntax.name)
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let file = try CoreStore(arguments, in: session).file
        session.print(
            try CoreStore.storing { () throws(StorageError) in
                try NotificationRecord.all(
                    in: file, state: .dead, channel: arguments.value(of: Self.channel), limit: limit)
            })
        return .done
    }
}
