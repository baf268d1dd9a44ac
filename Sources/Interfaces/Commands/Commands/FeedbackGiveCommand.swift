import CaseManagement
import CoreRoutes
import JSON
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
        options: [note, CoreConnection.server, CoreStore.stateOption, technique, CoreConnection.tokenFile, verdict],
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
        let techniques = arguments.values(of: Self.technique)
        let core = try CoreConnection(arguments, in: session, judges: !techniques.isEmpty)
        var members: [String: JSONValue] = ["triage_id": .number(Double(id)), "label": .text(label.rawValue)]
        if let verdict = arguments.value(of: Self.verdict) { members["verdict"] = .text(verdict) }
        if !techniques.isEmpty { members["techniques"] = .array(techniques.map { .text($0) }) }
        if let note = arguments.value(of: Self.note) { members["note"] = .text(note) }
        let answer = try core.document(FeedbackGive.self, .object(members))
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
        } else {
            let number = answer.value.words("feedback_id")
            session.printText(
                "feedback \(number) by \(answer.value.words("analyst")); bailey feedback withdraw \(number) takes it back"
            )
        }
        return .done
    }
}
