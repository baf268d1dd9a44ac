import Assessment
import ControlFrameworks
import Findings
import JSON

/// `bailey checks list`: every check there is.
struct ChecksListCommand: Command {
    static let category = CommandOption.choice(
        "category", "NAME", of: CheckCategory.allCases.map(\.rawValue), mayRepeat: true,
        help: "Only the checks of this category.")
    static let risk = CommandOption.choice(
        "risk", "RISK", of: Severity.allCases.map(\.rawValue), help: "Only checks of this risk or a higher one.")
    static let syntax = CommandSyntax(
        name: "checks list", summary: "List every check, with the risk of not meeting it.",
        details: ["bailey checks alone does the same."], options: [category, risk])

    private let categories: Set<CheckCategory>
    private let risk: Severity

    init(_ arguments: ParsedArguments) {
        categories = Set(arguments.values(of: Self.category).compactMap(CheckCategory.init))
        risk = arguments.choice(Self.risk, as: Severity.self) ?? .low
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let checks = try PolicySet.checks(session.policyFiles).filter {
            (categories.isEmpty || categories.contains($0.category)) && $0.risk >= risk
        }
        session.options.wantsJSON ? printJSON(checks, to: session.console) : printText(checks, to: session.console)
        return .done
    }

    private func printText(_ checks: [CheckDescription], to console: Console) {
        let width = (checks.map(\.id.count).max() ?? 0) + 2
        for check in checks {
            console.print(
                printable("\(padded(check.risk.rawValue, 10))\(padded(check.id, width))\(check.title)"))
        }
        console.print("\n\(checks.count) checks; bailey checks show ID tells more of one.")
    }

    private func printJSON(_ checks: [CheckDescription], to console: Console) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("schema", 1)
            writer.member("checks", array: { for check in checks { $0.value(check) } })
        }
        console.write(writer.drain() + [UInt8(ascii: "\n")])
    }
}

/// `text` and blanks up to `width`.
func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
}

extension JSONWriter {
    mutating func value(_ check: CheckDescription) {
        object {
            $0.member("id", check.id)
            $0.member("title", check.title)
            $0.member("category", check.category.rawValue)
            $0.member("risk", check.risk.rawValue)
            $0.member("rationale", check.rationale)
            $0.member("remediation", check.remediation)
            $0.member("controls", check.controls.map(\.description))
        }
    }
}
