import CaseManagement
import JSON
import Storage
import Triage

/// `bailey kpis`: how well alerts and cases are dealt with.
struct KpisCommand: Command {
    static let period = CommandOption.choice(
        "period", "TIME", of: KeyFigures.Period.allCases.map(\.rawValue), help: "Over the last so long; without it 24h."
    )
    static let syntax = CommandSyntax(
        name: "kpis", summary: "Print key figures: mean times, rates, terms met.",
        options: [period, CoreStore.stateOption])

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let store = try CoreStore(arguments, in: session)
        let reader = try store.reader()
        let period = arguments.choice(Self.period, as: KeyFigures.Period.self) ?? .day
        let figures = try CoreStore.storing { () throws(StorageError) in try reader.keyFigures(period, now: store.now) }
        if session.options.wantsJSON {
            session.printDocument { $0.value(figures) }
            return .done
        }
        session.printText("\(figures.from) to \(figures.to)")
        for (_, measure, name) in KeyFigures.means {
            let mean = figures.mean(measure)
            session.printRow([
                (name, 24), (mean.seconds.map { "\(Int($0.rounded())) s" } ?? "none", 12), ("of \(mean.count)", 0),
            ])
        }
        for (name, rate) in [
            ("Triaged automatically", figures.automaticTriage), ("False positives", figures.falsePositives),
            ("Triaged in time", figures.triageInTime), ("Responded in time", figures.responseInTime),
        ] {
            session.printRow([
                (name, 24), (rate.value.map { "\(Int(($0 * 100).rounded())) %" } ?? "none", 12),
                ("of \(rate.total)", 0),
            ])
        }
        return .done
    }
}
