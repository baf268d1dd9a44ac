internal import JSON
internal import Masking

/// Takes secrets out of alerts before anything else is done with them: what is stored, shown and sent on is what is left.
enum PayloadMasking {
    /// Names of lists that are command lines, the program first.
    private static let argumentNames: Set<String> = ["args", "argv", "arguments", "cmdline", "command_line"]
    /// Bytes; no form of a secret is shorter.
    private static let shortest = 6

    /// - Parameter name: what the value stands under; a flat document's `process.env.password` counts by its end.
    static func masked(_ value: JSONValue, named name: String? = nil) -> JSONValue { changed(value, name) ?? value }

    /// Nil where there is no secret: most documents stay as they are, and are not made anew.
    private static func changed(_ value: JSONValue, _ name: String?) -> JSONValue? {
        switch value {
        case .null, .flag: return nil
        case .number:
            // A PIN, a password of digits.
            guard let name, SecretMasking.masked("0", named: name) == SecretMasking.mask else { return nil }
            return .text(SecretMasking.mask)
        case .text(let text):
            if text.utf8.count < shortest, name == nil { return nil }
            let masked = SecretMasking.masked(text, named: name)
            return masked == text ? nil : .text(masked)
        case .array(let elements): return array(elements, named: name)
        case .object(var members):
            let before = members
            var isChanged = false
            for (name, member) in before {
                guard let member = changed(member, name) else { continue }
                members[name] = member
                isChanged = true
            }
            return isChanged ? .object(members) : nil
        }
    }

    static func masked(_ text: String) -> String { SecretMasking.masked(text) }

    private static func array(_ elements: [JSONValue], named name: String?) -> JSONValue? {
        if isCommandLine(name) {
            let texts = elements.compactMap(\.text)
            if texts.count == elements.count {
                return .array(SecretMasking.masked(arguments: texts).map { .text($0) })
            }
        }
        let masked = elements.map { changed($0, name) }
        guard masked.contains(where: { $0 != nil }) else { return nil }
        return .array(zip(masked, elements).map { $0 ?? $1 })
    }

    private static func isCommandLine(_ name: String?) -> Bool {
        guard let name, let last = name.split(separator: ".").last else { return false }
        return argumentNames.contains(last.lowercased())
    }
}
