import CaseManagement
import CoreRoutes
import JSON

/// `bailey kpis`: how well alerts and cases are dealt with.
struct KpisCommand: Command {
    static let period = CommandOption.choice(
        "period", "TIME", of: KeyFigures.Period.allCases.map(\.rawValue), help: "Over the last so long; without it 24h."
    )
    static let syntax = CommandSyntax(
        name: "kpis", summary: "Print key figures: mean times, rates, terms met.",
        options: [period] + CoreConnection.options)

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let core = try CoreConnection(arguments, in: session)
        let period = arguments.value(of: Self.period).map { [(name: "period", value: $0)] } ?? []
        let answer = try core.document(KeyFiguresShow.self, query: period)
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
            return .done
        }
        let figures = answer.value
        session.printText("\(figures.words("from")) to \(figures.words("to"))")
        for (key, _, name) in KeyFigures.means {
            let mean = figures[key] ?? .null
            session.printRow([
                (name, 24), (mean["seconds"]?.number.map { "\(Int($0.rounded())) s" } ?? "none", 12),
                ("of \(mean.words("count"))", 0),
            ])
        }
        for (name, rate) in [
            ("Triaged automatically", figures["automatic_triage_rate"]),
            ("False positives", figures["false_positive_rate"]),
            ("Triaged in time", figures["sla"]?["triage"]), ("Responded in time", figures["sla"]?["response"]),
        ] {
            session.printRow([
                (name, 24), (session.percent(rate?["rate"]), 12), ("of \(rate?.words("total") ?? "0")", 0),
            ])
        }
        return .done
    }
}
