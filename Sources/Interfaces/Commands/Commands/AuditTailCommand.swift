import Auditing

/// `bailey audit tail`: the last records.
struct AuditTailCommand: Command {
    static let count = CommandOption.value("count", "NUMBER", help: "So many records; without it 10.")
    static let syntax = CommandSyntax(
        name: "audit tail", summary: "Print the last records of the audit log.",
        options: [count], operands: [AuditLocation.operand])

    private static let most = 100_000
    private let arguments: ParsedArguments
    private let count: Int

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        let text = arguments.value(of: Self.count) ?? "10"
        guard let count = Int(text), (1...Self.most).contains(count) else {
            throw UsageError("--count wants a number from 1 to \(Self.most)", command: Self.syntax.name)
        }
        self.count = count
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let files = try AuditLocation(arguments, in: session).files()
        let listing = AuditListing(filter: AuditFilter(), session: session)
        // From the newest file back, until there are enough; the rest of the log is not read.
        var last: [(record: AuditRecord, line: [UInt8])] = []
        for file in files.reversed() where last.count < count {
            var ofFile: [(record: AuditRecord, line: [UInt8])] = []
            try listing.forEachRecord(in: [file]) { record, line in
                ofFile.append((record, Array(line)))
                if ofFile.count > 2 * count { ofFile.removeFirst(count) }
                return true
            }
            last = ofFile + last
        }
        for entry in last.suffix(count) where !listing.print(entry.record, line: entry.line[...]) { break }
        return .done
    }
}
