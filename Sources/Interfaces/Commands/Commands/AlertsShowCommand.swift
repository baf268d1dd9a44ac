import CaseManagement
import JSON
import Storage
import Triage

/// `bailey alerts show`: one alert with its triage.
struct AlertsShowCommand: Command {
    static let payload = CommandOption.flag("payload", help: "Print what came in, in place of what was made of it.")
    static let syntax = CommandSyntax(
        name: "alerts show", summary: "Show one alert: verdict, reasons, techniques, what to do, what is not known.",
        options: [payload, CoreStore.stateOption],
        operands: [CommandOperand(name: "ID", help: "The alert's triage id.")])

    private let arguments: ParsedArguments
    private let id: Int

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        id = try arguments.number(arguments.operands.first, "ID", command: Self.syntax.name)
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let reader = try CoreStore(arguments, in: session).reader()
        guard let alert = try CoreStore.storing({ () throws(StorageError) in try reader.alert(id) }) else {
            throw .couldNotRun("", CaseError.noAlert(id).description)
        }
        if arguments.has(Self.payload) {
            session.console.print(
                try CoreStore.storing { () throws(StorageError) in try reader.payload(of: id) } ?? "null")
        } else if session.options.wantsJSON {
            session.printDocument { $0.value(alert, full: true) }
        } else {
            session.print(alert)
            session.print(StoredTriage(alert.triage))
        }
        return .done
    }
}

extension Session {
    /// What triage says, in sections.
    func print(_ triage: StoredTriage) {
        for (title, name) in [
            ("Why", "reasoning"), ("What to do", "recommended_actions"),
            ("What speaks for a false positive", "false_positive_indicators"),
            ("What is not known", "unknowns"),
        ] {
            let texts = triage.texts(name)
            guard !texts.isEmpty else { continue }
            printText("\(title):")
            for text in texts { printText("  - \(text)") }
        }
        let techniques = triage.document["matched_techniques"]?.elements ?? []
        if !techniques.isEmpty { printText("Techniques:") }
        for technique in techniques {
            let percent = Int(((technique["probability"]?.number ?? 0) * 100).rounded())
            let words = (technique["matched"]?.elements ?? []).compactMap(\.text).joined(separator: " ")
            let why = technique["claimed_by_source"]?.flag == true ? "named by its source" : "\(percent) %  \(words)"
            printText("  \(technique["technique_id"]?.text ?? "") \(technique["name"]?.text ?? ""): \(why)")
        }
    }
}
