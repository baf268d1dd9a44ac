import CaseManagement
import JSON
import Storage
import Triage

/// `bailey feedback accuracy`: how often verdicts were right.
struct FeedbackAccuracyCommand: Command {
    static let export = CommandOption.flag("export", help: "Print the labelled alerts themselves, a line of JSON each.")
    static let syntax = CommandSyntax(
        name: "feedback accuracy", summary: "Print how often verdicts were right, with 95 % intervals.",
        options: [export, CoreStore.stateOption])

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let reader = try CoreStore(arguments, in: session).reader()
        if arguments.has(Self.export) {
            for labelled in try CoreStore.storing({ () throws(StorageError) in try reader.labelledAlerts() }) {
                var writer = JSONWriter(pretty: false)
                writer.value(labelled)
                session.console.write(writer.drain() + [0x0a])
            }
            return .done
        }
        let accuracy = try CoreStore.storing { () throws(StorageError) in try reader.feedbackAccuracy() }
        if session.options.wantsJSON {
            session.printDocument { $0.value(accuracy) }
            return .done
        }
        print("overall", accuracy.overall, in: session)
        for (verdict, rate) in accuracy.byVerdict.sorted(by: { $0.key > $1.key }) {
            print(verdict.name, rate, in: session)
        }
        for (_, calibration) in accuracy.byConfidence.sorted(by: { $0.key > $1.key }) {
            print("stated \(Int((calibration.stated * 100).rounded())) %", calibration.right, in: session)
        }
        for (technique, rate) in accuracy.byTechnique.sorted(by: { $0.key < $1.key }) {
            print(technique, rate, in: session)
        }
        return .done
    }

    private func print(_ name: String, _ rate: Proportion, in session: Session) {
        let percent = { (share: Double) in "\(Int((share * 100).rounded())) %" }
        session.printRow([
            (name, 12), (rate.value.map(percent) ?? "none", 6),
            ("of \(rate.total), 95 %: \(percent(rate.interval.lowerBound)) to \(percent(rate.interval.upperBound))", 0),
        ])
    }
}
