import CaseManagement
import JSON
import Notifications
import Storage
import Triage

/// How messages of the outbox are printed.
extension Session {
    func print(_ records: [NotificationRecord]) {
        if options.wantsJSON {
            printDocument { writer in
                writer.object { writer in
                    writer.member("schema", 1)
                    writer.member(
                        "notifications",
                        array: { writer in
                            for record in records { writer.value(record, withMessage: false) }
                        })
                }
            }
            return
        }
        for record in records {
            let time = record.sentAt ?? record.triedAt ?? record.createdAt
            printRow([
                ("\(record.id)", 7), (record.state, 8), ("\(time)", 20), (record.channel, 16),
                ("case \(record.caseID)", 10), (record.severity.name, 13), ("×\(record.attempts)", 4),
                (record.failure, 0),
            ])
        }
    }
}

/// What commands that list messages have in common: of which channel, and how many.
struct NotificationQuery {
    static let channel = CommandOption.value("channel", "ID", help: "Only those of this channel.")
    static let limit = CommandOption.value("limit", "NUMBER", help: "So many; without it 50.")

    let arguments: ParsedArguments
    private let limit: Int

    init(_ arguments: ParsedArguments, _ syntax: CommandSyntax) throws(UsageError) {
        self.arguments = arguments
        limit = try arguments.number(arguments.value(of: Self.limit) ?? "50", "--limit", command: syntax.name)
    }

    /// Lists those in this state; all of them without one.
    func list(_ state: NotificationRecord.State?, in session: Session) throws(CommandError) -> ExitCode {
        let file = try CoreStore(arguments, in: session).file
        session.print(
            try CoreStore.storing { () throws(StorageError) in
                try NotificationRecord.all(
                    in: file, state: state, channel: arguments.value(of: Self.channel), limit: limit)
            })
        return .done
    }
}

/// What commands about dead letters have in common: one of them, or all.
struct DeadLetterChange {
    static let all = CommandOption.flag("all", help: "All of them.")
    static let operand = CommandOperand(name: "ID", isRequired: false, help: "The dead letter's number.")

    let arguments: ParsedArguments
    /// Nil for all.
    let id: Int?

    init(_ arguments: ParsedArguments, _ syntax: CommandSyntax) throws(UsageError) {
        self.arguments = arguments
        guard arguments.has(Self.all) == arguments.operands.isEmpty else {
            throw UsageError("name one by its ID, or --all", command: syntax.name)
        }
        id =
            arguments.operands.isEmpty
            ? nil : try arguments.number(arguments.operands[0], "ID", command: syntax.name)
    }

    func perform(
        in session: Session, _ what: String, _ body: (Outbox, Int?) throws(StorageError) -> Int
    ) throws(CommandError) -> ExitCode {
        let store = try CoreStore(arguments, in: session)
        let core = try store.core()
        let outbox = Outbox(core.queue, clock: { core.now })
        let count = try CoreStore.storing { () throws(StorageError) in try body(outbox, id) }
        if let id, count == 0 { throw .couldNotRun("dead letter \(id)", "is not there") }
        if session.options.wantsJSON {
            session.printDocument { writer in
                writer.object {
                    $0.member("schema", 1)
                    $0.member(what, count)
                }
            }
        } else {
            session.printText("\(what): \(count)")
        }
        return .done
    }
}
