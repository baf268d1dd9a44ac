import HostModel

/// A command policy made of another program's rules. It is never wider than they were: what cannot be said just so is left out or
/// narrowed, and a note says so.
package struct ImportedCommandPolicy: Sendable {
    /// One thing that is not, or not quite, what it was.
    package struct Note: Sendable, Hashable, CustomStringConvertible {
        /// Where it stands, or what it is called there.
        package var subject: String
        /// Whether something that was allowed is not, or not in all cases.
        package var isDropped: Bool
        package var message: String

        package var description: String { "\(subject): \(isDropped ? "not carried over: " : "")\(message)" }
    }

    /// A rule as it is going to be written.
    struct Rule {
        var subject: String
        var effect: RuleEffect
        /// Nil for any command.
        var command: String?
        /// As `arguments:` takes them; nil where a rule that denies has none.
        var arguments: String?
        /// `any`, or a mapping; nil where a rule that denies is about everybody.
        var from: String?
        var lines: [String] = []

        func text(id: String) -> String {
            var lines = [
                "id: \(id)", "effect: \(effect.rawValue)", "command: \(command.map(YAMLText.scalar) ?? "any")",
            ]
            if let arguments { lines.append("arguments: \(arguments)") }
            if let from { lines.append("from: \(from)") }
            lines += self.lines
            lines.append("comment: \(YAMLText.scalar(String("Imported: \(subject)".onOneLine.prefix(180))))")
            return lines.enumerated().map { ($0.offset == 0 ? "  - " : "    ") + $0.element + "\n" }.joined()
        }
    }

    package private(set) var rulesCount = 0
    package private(set) var notes: [Note] = []
    private var elements: [String] = []
    private let source: String
    private let references: PolicyReferences
    /// Lines above the rules, such as `secure_path: […]`.
    var settings: [String] = []

    init(source: String, references: PolicyReferences) {
        self.source = source
        self.references = references
    }

    mutating func drop(_ subject: String, _ why: String) {
        notes.append(Note(subject: subject.withoutControls, isDropped: true, message: why.withoutControls))
    }

    mutating func note(_ subject: String, _ what: String) {
        notes.append(Note(subject: subject.withoutControls, isDropped: false, message: what.withoutControls))
    }

    /// Takes a rule that the strict parser takes, too; of any other its objections are noted.
    ///
    /// - Returns: whether it was taken.
    @discardableResult
    mutating func add(_ rule: Rule) -> Bool {
        let id = "imported-\(rulesCount + 1)"
        let element = rule.text(id: id)
        do throws(PolicyErrors) {
            _ = try CommandPolicy(
                parsing: PolicyText(path: "rule", "schema: 1\nrules:\n\(element)"), references: references)
        } catch {
            drop(rule.subject, error.errors.map(\.message).joined(separator: "; "))
            return false
        }
        rulesCount += 1
        elements.append(element)
        return true
    }

    mutating func removeRules(because why: String) {
        guard rulesCount > 0 else { return }
        (elements, rulesCount) = ([], 0)
        drop("all rules", "\(why), and without it they would be wider")
    }

    /// The policy, with what was not carried over as comments at its end.
    package var text: String {
        let opening =
            "# Imported from \(source.withoutControls) by `bailey policy import`. Read it before you use it.\nschema: 1\n"
        let rules = elements.isEmpty ? "rules: []\n" : "rules:\n" + elements.joined()
        let left = notes.map { "# \($0.description.onOneLine)\n" }.joined()
        return opening + settings.map { "\($0)\n" }.joined() + rules
            + (left.isEmpty ? "" : "\n# What could not be said just as it was:\n" + left)
    }
}
