import Auditing

/// `bailey audit show`: records, all or those of an event, a request, a person, a time.
struct AuditShowCommand: Command {
    static let actor = CommandOption.value("actor", "NAME", help: "Only what this user did: alice, or alice(1000).")
    static let event = CommandOption.choice(
        "event", "NAME", of: AuditEvent.allCases.map(\.rawValue), mayRepeat: true, help: "Only records of this event.")
    static let request = CommandOption.value("request", "ID", help: "Only records of this request.")
    static let since = CommandOption.value(
        "since", "TIME", help: "Only records from this time on, in UTC: 2026-11-21, or 2026-11-21T03:04.")
    static let syntax = CommandSyntax(
        name: "audit show", summary: "Print the records of the audit log.",
        details: [
            "With --json each record is a line, as it stands in the log. Whether the log is sound is not asked here: bailey audit verify does."
        ],
        options: [actor, event, request, since], operands: [AuditLocation.operand])

    private let arguments: ParsedArguments
    private let filter: AuditFilter

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        filter = AuditFilter(
            events: Set(arguments.values(of: Self.event)), request: arguments.value(of: Self.request),
            actor: arguments.value(of: Self.actor), since: arguments.value(of: Self.since))
        guard filter.since.map(Self.isTime) ?? true else {
            throw UsageError("--since wants a time as 2026-11-21 or 2026-11-21T03:04", command: Self.syntax.name)
        }
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let files = try AuditLocation(arguments, in: session).files()
        let listing = AuditListing(filter: filter, session: session)
        try listing.forEachRecord(in: files, listing.print)
        return .done
    }

    /// Whether it is the start of a time, the day at least: then it sorts among times as text.
    private static func isTime(_ text: String) -> Bool {
        let form = Array("0000-00-00T00:00:00.000Z".utf8)
        guard (10...form.count).contains(text.utf8.count) else { return false }
        return zip(text.utf8, form).allSatisfy { byte, expected in
            expected == UInt8(ascii: "0") ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == expected
        }
    }
}
