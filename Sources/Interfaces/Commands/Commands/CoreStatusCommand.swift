import CoreRoutes
import JSON

/// `bailey core status`: what the core holds.
struct CoreStatusCommand: Command {
    static let check = CommandOption.flag("check", help: "Read all of the database and see whether it is sound.")
    static let metrics = CommandOption.flag("metrics", help: "Print the numbers in Prometheus' text format.")
    static let syntax = CommandSyntax(
        name: "core status",
        summary: "Print what the core holds: alerts, cases, by state and severity; and the ATT&CK it judges by.",
        options: [check, metrics] + CoreConnection.options)

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let core = try CoreConnection(arguments, in: session)
        if arguments.has(Self.metrics) {
            session.console.write(try core.ask(Metrics.self).body)
            return .done
        }
        let answer = try core.document(
            StatusShow.self, query: arguments.has(Self.check) ? [("check", "true")] : [])
        let problems = answer.value.texts("problems")
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
        } else {
            let totals = answer.value["totals"] ?? .null
            session.printText(answer.value.words("database"))
            if let attack = answer.value["attack"], attack != .null {
                let path = attack.words("path")
                session.printText(
                    "ATT&CK \(attack.words("version")), \(path.isEmpty ? "as bailey ships it" : "imported, \(path)")")
            } else {
                session.printText("no ATT&CK that can be used: bailey attack status says why")
            }
            for name in (totals.members ?? [:]).keys.sorted() {
                session.printRow([(name, 32), (totals.words(name), 0)])
            }
            for problem in problems { session.printText("not sound: \(problem)") }
        }
        return problems.isEmpty ? .done : .findings
    }
}
