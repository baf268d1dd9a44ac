import Assessment
import ControlFrameworks
import Findings
import JSON

/// `bailey checks show ID`: what one check asks, why, and what to do.
struct ChecksShowCommand: Command {
    static let syntax = CommandSyntax(
        name: "checks show", summary: "Tell what a check asks, why it matters and what to do when it is not met.",
        operands: [CommandOperand(name: "ID", help: "The check's id, as bailey checks list prints it.")])

    private let id: String

    init(_ arguments: ParsedArguments) { id = arguments.operands.first ?? "" }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let checks = try PolicySet.checks(session.policyFiles)
        guard let check = checks.first(where: { $0.id == id }) else {
            let nearest = nearestWord(to: id, among: checks.map(\.id)).map { "; did you mean \($0)?" } ?? ""
            throw .usage(UsageError("there is no check '\(id)'\(nearest)", command: Self.syntax.name))
        }
        guard !session.options.wantsJSON else {
            var writer = JSONWriter()
            writer.value(check)
            session.console.write(writer.drain() + [UInt8(ascii: "\n")])
            return .done
        }
        let controls = check.controls.map { control in
            "  \(padded(control.framework.rawValue, 16))\(padded(control.id, 10))\(ControlCatalogue.title(of: control) ?? "")"
        }
        let text = """
            \(check.id): \(check.title)

            Category: \(check.category.rawValue)
            Risk: \(check.risk.rawValue)

            Why it matters:
            \(check.rationale)

            When it is not met:
            \(check.remediation)

            Controls:
            \(controls.joined(separator: "\n"))
            """
        session.console.print(printable(text))
        return .done
    }
}
