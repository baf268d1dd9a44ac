internal import JSON
internal import Masking

/// Takes secrets out of alerts before anything else is done with them: what is stored, shown and sent on is what is left.
enum PayloadMasking {
    /// Names of lists that are command lines, the program first.
    private static let argumentNames: Set<String> = ["args", "argv", "arguments", "cmdline", "command_line"]
    /// Bytes; no form of a secret is shorter.
    private static let shortest = 6

    /// - Parameter name: what the value stands under; a flat document's `process.env.password` counts by its end.
    static func masked(_ value: JSONValue, named name: String? = nil) -> JSONValue {
        switch value {
        case .null, .flag: value
        case .number:
            // A PIN, a password of digits.
            if let name, SecretMasking.masked("0", named: name) == SecretMasking.mask {
                .text(SecretMasking.mask)
            } else {
                value
            }
        case .text(let text):
            .text(text.utf8.count < shortest && name == nil ? text : SecretMasking.masked(text, named: name))
        case .array(let elements): array(elements, named: name)
        case .object(let members):
            .object(Dictionary(uniqueKeysWithValues: members.map { ($0.key, masked($0.value, named: $0.key)) }))
        }
    }

    static func masked(_ text: String) -> String { SecretMasking.masked(text) }

    private static func array(_ elements: [JSONValue], named name: String?) -> JSONValue {
        let last = name.flatMap { $0.split(separator: ".").last }.map { $0.lowercased() } ?? ""
        let texts = elements.compactMap(\.text)
        if argumentNames.contains(last), texts.count == elements.count {
            return .array(SecretMasking.masked(arguments: texts).map { .text($0) })
        }
        return .array(elements.map { masked($0, named: name) })
    }
}
