import CaseManagement
import JSON
import Storage

/// `bailey core status`: what the core holds.
struct CoreStatusCommand: Command {
    static let check = CommandOption.flag("check", help: "Read all of the database and see whether it is sound.")
    static let metrics = CommandOption.flag("metrics", help: "Print the numbers in Prometheus' text format.")
    static let syntax = CommandSyntax(
        name: "core status", summary: "Print what the core holds: alerts, cases, by state and severity.",
        options: [check, metrics, CoreStore.stateOption])

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let store = try CoreStore(arguments, in: session)
        let reader = try store.reader()
        if arguments.has(Self.metrics) {
            session.console.write(
                Array(
                    try CoreStore.storing { () throws(StorageError) in
                        try PrometheusText.text(of: reader, now: store.now)
                    }.utf8))
            return .done
        }
        let tallies = try CoreStore.storing { () throws(StorageError) in try reader.tallies() }.sorted {
            $0.key < $1.key
        }
        let problems =
            arguments.has(Self.check)
            ? try CoreStore.storing { () throws(StorageError) in try reader.integrityProblems() } : []
        if session.options.wantsJSON {
            session.printDocument { writer in
                writer.object { writer in
                    writer.member("schema", 1)
                    writer.member("database", store.file.path)
                    writer.member("checked", arguments.has(Self.check))
                    writer.member("problems", problems)
                    writer.member("totals", object: { for (name, count) in tallies { $0.member(name, count) } })
                }
            }
        } else {
            session.printText(store.file.path)
            for (name, count) in tallies { session.printRow([(name, 32), ("\(count)", 0)]) }
            for problem in problems { session.printText("not sound: \(problem)") }
        }
        return problems.isEmpty ? .done : .findings
    }
}
