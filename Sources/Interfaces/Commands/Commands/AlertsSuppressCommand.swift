import CaseManagement
import Storage
import Triage

/// `bailey alerts suppress`: keeps an alert quiet until a time.
struct AlertsSuppressCommand: Command {
    static let hours = CommandOption.value("hours", "NUMBER", help: "For so many hours from now.")
    static let until = CommandOption.value(
        "until", "TIME", help: "Until then, as RFC 3339 writes it: 2026-12-31T18:00:00Z.")
    static let syntax = CommandSyntax(
        name: "alerts suppress", summary: "Keep an alert quiet until a time: it is counted on, and opens nothing.",
        options: [hours, CoreStore.stateOption, until],
        operands: [CommandOperand(name: "ALERT", help: "The alert's number.")])

    private let arguments: ParsedArguments
    private let alert: Int
    private let end: @Sendable (EventTime) -> EventTime

    /// Longer than a year is no suppression but a decision, and belongs into a rule.
    private static let longest = 8784

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        let name = Self.syntax.name
        alert = try arguments.number(arguments.operands.first, "ALERT", command: name)
        switch (arguments.value(of: Self.hours), arguments.value(of: Self.until)) {
        case (let hours?, nil):
            let number = try arguments.number(hours, "--hours", command: name)
            guard number <= Self.longest else {
                throw UsageError("--hours is at most \(Self.longest)", command: name)
            }
            end = { $0.adding(.seconds(number * 3600)) }
        case (nil, let text?):
            guard let time = EventTime(text: text) else {
                throw UsageError("--until is a time like 2026-12-31T18:00:00Z", command: name)
            }
            end = { _ in time }
        default: throw UsageError("say until when: --hours NUMBER or --until TIME", command: name)
        }
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let store = try CoreStore(arguments, in: session)
        let core = try store.core()
        try CoreStore.managing { () throws(CaseError) in
            try core.suppress(alert, until: end(store.now), by: store.actor)
        }
        let reader = try store.reader()
        if let record = try CoreStore.storing({ () throws(StorageError) in try reader.alert(alert) }) {
            if session.options.wantsJSON {
                session.printDocument { $0.value(record, full: false) }
            } else {
                session.print(record)
            }
        }
        return .done
    }
}
