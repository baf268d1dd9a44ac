/// A regular expression over host names, as far as a policy can say the same.
enum HostPattern {
    case destinations([EgressDestination], caveat: String?)
    /// What in it a policy cannot say.
    case refused(String)

    /// Beginnings that stand for any names below the rest, and whether the rest itself is meant too.
    private static let prefixes: [(text: String, includesName: Bool)] = [
        ("(.*\\.)?", true), ("(.+\\.)?", true), ("(?:.*\\.)?", true), ("(?:.+\\.)?", true), ("(.*\\.)", false),
        ("(.+\\.)", false), (".*\\.", false), (".+\\.", false),
    ]

    init(_ pattern: String) {
        var rest = pattern[...]
        let isAnchoredAtStart = rest.hasPrefix("^")
        if isAnchoredAtStart { rest.removeFirst() }
        let isAnchoredAtEnd = rest.hasSuffix("$") && !rest.hasSuffix("\\$")
        if isAnchoredAtEnd { rest.removeLast() }
        let prefix = Self.prefixes.first { rest.hasPrefix($0.text) }
        rest.removeFirst(prefix?.text.count ?? 0)
        guard let literal = Self.literal(rest), let name = HostName(literal.text) else {
            self = .refused("only one name, or all names below one, can be said: write the names that it meant")
            return
        }
        var caveats: [String] = []
        if literal.hasBareDots { caveats.append("its unescaped dots matched any character") }
        if !isAnchoredAtStart, prefix == nil { caveats.append("without ^ it matched names that end alike") }
        if !isAnchoredAtEnd { caveats.append("without $ it matched longer names") }
        let caveat = caveats.isEmpty ? nil : caveats.joined(separator: "; ") + "; the rule allows only what it names"
        guard let prefix else {
            self = .destinations([.name(name)], caveat: caveat)
            return
        }
        self = .destinations(prefix.includesName ? [.suffix(name), .name(name)] : [.suffix(name)], caveat: caveat)
    }

    /// The text that a pattern of plain characters stands for.
    private static func literal(_ pattern: Substring) -> (text: String, hasBareDots: Bool)? {
        var text = ""
        var hasBareDots = false
        var isEscaped = false
        for character in pattern {
            switch character {
            case "\\" where !isEscaped:
                isEscaped = true
                continue
            case ".":
                hasBareDots = hasBareDots || !isEscaped
            case "-": break
            case _
            where isEscaped || !(character.isASCII && (character.isLetter || character.isNumber || character == "_")):
                return nil
            default: break
            }
            text.append(character)
            isEscaped = false
        }
        return isEscaped ? nil : (text, hasBareDots)
    }
}
