import CoreRoutes
import JSON

/// `bailey playbooks show ID`: one playbook, whole.
struct PlaybooksShowCommand: Command {
    static let syntax = CommandSyntax(
        name: "playbooks show",
        summary: "Show a playbook: its signals, its rules with the numbers in force, and what to do.",
        options: CoreConnection.options,
        operands: [CommandOperand(name: "ID", help: "The playbook's id, as bailey playbooks list prints it.")])

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let answer = try CoreConnection(arguments, in: session).document(
            PlaybooksShow.self, path: ["playbook": arguments.operands[0]])
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
            return .done
        }
        let playbook = answer.value
        session.print(playbook: playbook, isWhole: true)
        for signal in playbook["signals"]?.elements ?? [] {
            session.printText("Signal \(signal.words("name")):")
            for (title, name) in Self.parts {
                let texts = signal.texts(name)
                if !texts.isEmpty { session.printText("  \(title): \(texts.joined(separator: ", "))") }
            }
            if signal.words("at_least") != "informational" {
                session.printText("  severity: \(signal.words("at_least")) or worse")
            }
        }
        for (title, name) in [("What to do", "actions"), ("What speaks for a false positive", "false_positives")] {
            session.printText("\(title):")
            for text in playbook.texts(name) { session.printText("  - \(text)") }
        }
        return .done
    }

    private static let parts = [
        ("groups", "groups"), ("techniques", "techniques"), ("kinds of findings", "finding_kinds"),
        ("phrases", "phrases"), ("unless", "unless"),
    ]
}
