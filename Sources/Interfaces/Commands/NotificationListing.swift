import CoreRoutes
import JSON

/// How messages of the outbox are printed.
extension Session {
    func print(notification record: JSONValue) {
        let time = ["sent_at", "tried_at", "created_at"].map(record.words).first { !$0.isEmpty } ?? ""
        printRow([
            (record.words("id"), 7), (record.words("state"), 8), (time, 20), (record.words("channel"), 16),
            ("case \(record.words("case_id"))", 10), (record.words("severity"), 13),
            ("×\(record.words("attempts"))", 4), (record.words("failure"), 0),
        ])
    }
}

/// What commands that list messages have in common: of which channel, and how many.
struct NotificationQuery {
    static let channel = CommandOption.value("channel", "ID", help: "Only those of this channel.")
    static let limit = CommandOption.value("limit", "NUMBER", help: "So many; without it 50.")
    static let options = [channel, limit] + CoreConnection.options

    let arguments: ParsedArguments
    private let limit: Int

    init(_ arguments: ParsedArguments, _ syntax: CommandSyntax) throws(UsageError) {
        self.arguments = arguments
        limit = try arguments.number(arguments.value(of: Self.limit) ?? "50", "--limit", command: syntax.name)
    }

    /// Lists those in this state; all of them without one.
    func list(_ state: String?, in session: Session) throws(CommandError) -> ExitCode {
        var query = [(name: "limit", value: "\(limit)")]
        if let state { query.append(("state", state)) }
        if let channel = arguments.value(of: Self.channel) { query.append(("channel", channel)) }
        let answer = try CoreConnection(arguments, in: session).document(NotificationsList.self, query: query)
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
        } else {
            for record in answer.value["notifications"]?.elements ?? [] { session.print(notification: record) }
        }
        return .done
    }
}

/// What commands about dead letters have in common: one of them, or all.
struct DeadLetterChange {
    static let all = CommandOption.flag("all", help: "All of them.")
    static let operand = CommandOperand(name: "ID", isRequired: false, help: "The dead letter's number.")
    static let options = [all] + CoreConnection.options

    private let arguments: ParsedArguments
    /// Nil for all.
    private let id: Int?

    init(_ arguments: ParsedArguments, _ syntax: CommandSyntax) throws(UsageError) {
        self.arguments = arguments
        guard arguments.has(Self.all) == arguments.operands.isEmpty else {
            throw UsageError("name one by its ID, or --all", command: syntax.name)
        }
        id =
            arguments.operands.isEmpty
            ? nil : try arguments.number(arguments.operands[0], "ID", command: syntax.name)
    }

    /// - Parameter what: the member of the answer that says how many.
    func perform(
        _ one: any CoreRoute.Type, all: any CoreRoute.Type, _ what: String, in session: Session
    ) throws(CommandError) -> ExitCode {
        let core = try CoreConnection(arguments, in: session)
        let answer =
            if let id { try core.document(one, path: ["notification": "\(id)"]) } else { try core.document(all) }
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
        } else {
            session.printText("\(what): \(answer.value.words(what))")
        }
        return .done
    }
}
