import CaseManagement
import JSON
import TechniqueLookup
import Triage

/// `bailey feedback give`: whether a verdict was right.
struct FeedbackGiveCommand: Command {
    static let technique = CommandOption.value(
        "technique", "ID", mayRepeat: true, help: "What it really was: an ATT&CK technique's id.")
    static let note = CommandOption.value("note", "TEXT", help: "Why.")
    static let verdict = CommandOption.choice(
        "verdict", "NAME", of: Verdict.allCases.map(\.name), help: "The verdict it should have had.")
    static let syntax = CommandSyntax(
        name: "feedback give", summary: "Say whether an alert was real: alerts like it are judged with that in mind.",
        options: [note, CoreStore.stateOption, technique, verdict],
        operands: [
            CommandOperand(name: "ID", help: "The alert's triage id."),
            CommandOperand(name: "LABEL", help: "true_positive or false_positive."),
        ])

    private let arguments: ParsedArguments
    private let id: Int
    private let label: FeedbackLabel

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        id = try arguments.number(arguments.operands.first, "ID", command: Self.syntax.name)
        guard let label = FeedbackLabel(rawValue: arguments.operands[1]) else {
            throw UsageError("LABEL is true_positive or false_positive", command: Self.syntax.name)
        }
        self.label = label
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let store = try CoreStore(arguments, in: session)
        let techniques = arguments.values(of: Self.technique)
        let core =
            techniques.isEmpty ? try store.core() : try store.core(catalogue: try AttackTechniques(for: session))
        let feedback = try CoreStore.managing { () throws(CaseError) in
            try core.giveFeedback(
                on: id, label, corrected: arguments.value(of: Self.verdict).flatMap(Verdict.init(name:)),
                techniques: techniques, note: arguments.value(of: Self.note) ?? "", by: store.actor)
        }
        if session.options.wantsJSON {
            session.printDocument { writer in writer.object { $0.member("feedback_id", feedback) } }
        } else {
            session.printText(
                "feedback \(feedback) by \(store.actor); bailey feedback withdraw \(feedback) takes it back")
        }
        return .done
    }
}
