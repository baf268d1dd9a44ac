import CoreRoutes
import JSON
import Triage

/// `bailey feedback accuracy`: how often verdicts were right.
struct FeedbackAccuracyCommand: Command {
    static let syntax = CommandSyntax(
        name: "feedback accuracy", summary: "Print how often verdicts were right, with 95 % intervals.",
        options: CoreConnection.options)

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let core = try CoreConnection(arguments, in: session)
        let answer = try core.document(FeedbackAccuracyShow.self)
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
            return .done
        }
        print("overall", answer.value["overall"] ?? .null, in: session)
        let verdicts = answer.value["by_verdict"]?.members ?? [:]
        for verdict in Verdict.allCases.reversed() {
            if let rate = verdicts[verdict.name] { print(verdict.name, rate, in: session) }
        }
        for calibration in answer.value["by_confidence"]?.elements ?? [] {
            print("stated \(session.percent(calibration["stated"]))", calibration["right"] ?? .null, in: session)
        }
        let techniques = answer.value["by_technique"]?.members ?? [:]
        for (technique, rate) in techniques.sorted(by: { $0.key < $1.key }) { print(technique, rate, in: session) }
        return .done
    }

    private func print(_ name: String, _ rate: JSONValue, in session: Session) {
        // Of none, anything may be.
        let interval = rate["interval_95"]?.elements ?? [.number(0), .number(1)]
        session.printRow([
            (name, 12), (session.percent(rate["rate"]), 6),
            (
                "of \(rate.words("total")), 95 %: \(interval.map { session.percent($0) }.joined(separator: " to "))",
                0
            ),
        ])
    }
}
