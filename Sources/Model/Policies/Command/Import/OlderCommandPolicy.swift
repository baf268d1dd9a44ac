import HostModel
import PatternMatching
import YAML

/// The older form of a command policy, `{allow: […], deny: […], allow_exact: […], deny_exact: […]}`: `*_exact` are whole command lines,
/// the others regular expressions that a line has to have somewhere in it; deny beats allow.
///
/// A line says less than an argument list: `rm "a b"` and `rm a b` are one. A line is carried over as its words where that is the one
/// plain reading; a regular expression is not, for what it lets through cannot be said of single arguments.
package enum OlderCommandPolicy {
    package enum Key: String, PolicyKey {
        case allow, deny
        case allowExact = "allow_exact"
        case denyExact = "deny_exact"

        static let mappingName = "a command policy of the older form"
    }

    /// Whether the document looks like one.
    package static func isOne(_ file: PolicyText) -> Bool {
        var decoder = PolicyDecoder(path: file.path)
        guard let members = decoder.document(file.bytes)?.members, !members.isEmpty else { return false }
        return members.allSatisfy { Key(rawValue: $0.key) != nil }
    }

    private struct Line {
        var text: String
        var subject: String
    }

    /// - Parameters:
    ///   - group: who may ask, which the older form left to whoever could run it.
    ///   - program: the absolute path of a command that is named without one; nil when there is none.
    /// - Throws: when it is not of that form.
    package static func imported(
        _ file: PolicyText, group: String, references: PolicyReferences, program: (String) -> String?
    ) throws(PolicyErrors) -> ImportedCommandPolicy {
        var decoder = PolicyDecoder(path: file.path)
        guard let root = decoder.document(file.bytes), let mapping = decoder.mapping(root, of: Key.self) else {
            throw PolicyErrors(decoder.errors)
        }
        func lines(_ key: Key) -> [Line] {
            (mapping[key].map { decoder.list($0, key) } ?? []).compactMap { node in
                decoder.text(node, key).map {
                    Line(text: $0, subject: SourceLocation(path: file.path, node.position).description)
                }
            }
        }
        let (allow, deny) = (lines(.allow), lines(.deny))
        let (allowExact, denyExact) = (lines(.allowExact), lines(.denyExact))
        guard decoder.errors.isEmpty else { throw PolicyErrors(decoder.errors) }

        var policy = ImportedCommandPolicy(source: file.path, references: references)
        for line in denyExact { add(line, .deny, group, program, to: &policy) }
        let literals = allow.filter { literal($0.text) != nil }.map {
            Line(text: literal($0.text) ?? "", subject: $0.subject)
        }
        for line in allowExact + literals {
            if let denying = deny.first(where: { mayMatch($0.text, line.text) }) {
                policy.drop(line.subject, "the pattern at \(denying.subject) denied it")
            } else {
                add(line, .allow, group, program, to: &policy)
            }
        }
        for line in allow where literal(line.text) == nil {
            policy.drop(
                line.subject,
                "\(YAMLError.quote(line.text)) is a regular expression over the joined line, which says nothing of single arguments; write rules for the commands that it meant"
            )
        }
        for line in deny {
            policy.note(
                line.subject,
                "\(YAMLError.quote(line.text)) denied by the joined line; what it matched of the allowed lines is left out, and what no rule allows is denied"
            )
        }
        return policy
    }

    private static func add(
        _ line: Line, _ effect: RuleEffect, _ group: String, _ program: (String) -> String?,
        to policy: inout ImportedCommandPolicy
    ) {
        let isAmbiguous = line.text.contains { "\"'\\".contains($0) || $0.isWhitespace && $0 != " " }
        let words = line.text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard let first = words.first, !isAmbiguous, words.allSatisfy({ !$0.isEmpty }) else {
            policy.drop(line.subject, "\(YAMLError.quote(line.text)) can be more than one list of arguments")
            return
        }
        guard let path = first.hasPrefix("/") ? first : program(first) else {
            policy.drop(
                line.subject, "no program \(YAMLError.quote(first)) is in the secure path; write its absolute path")
            return
        }
        if path != first { policy.note(line.subject, "\(YAMLError.quote(first)) is taken for \(path)") }
        let arguments = "[" + words.dropFirst().map(YAMLText.scalar).joined(separator: ", ") + "]"
        policy.add(
            ImportedCommandPolicy.Rule(
                subject: line.subject, effect: effect, command: path, arguments: arguments,
                from: effect == .allow ? "{ groups: [\(YAMLText.scalar(group))] }" : nil,
                lines: effect == .allow ? ["approval: confirm"] : []))
    }

    /// The one line that an anchored pattern of plain characters means; nil for any other pattern.
    private static func literal(_ pattern: String) -> String? {
        guard pattern.hasPrefix("^"), pattern.hasSuffix("$"), !pattern.hasSuffix("\\$") else { return nil }
        var text = ""
        var isEscaped = false
        for character in pattern.dropFirst().dropLast() {
            if isEscaped {
                // A letter or digit behind a backslash is a class, an anchor or a reference.
                guard !character.isLetter, !character.isNumber else { return nil }
            } else if character == "\\" {
                isEscaped = true
                continue
            } else if ".^$*+?{}[]|()".contains(character) {
                return nil
            }
            text.append(character)
            isEscaped = false
        }
        return isEscaped || text.isEmpty ? nil : text
    }

    /// Whether the pattern is somewhere in the line. One that cannot be read, or takes too long, may be.
    private static func mayMatch(_ pattern: String, _ line: String) -> Bool {
        do throws(PatternError) {
            // What is a pattern only within the other one is none.
            _ = try RegularExpression(pattern)
            return try RegularExpression("(?s:.*?)(?:\(pattern))(?s:.*)").matchesWhole(line)
        } catch {
            return true
        }
    }
}
