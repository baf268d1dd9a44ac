/// A line of a configuration file that says something.
struct ConfigurationLine {
    var text: Substring
    var path: String
    /// From 1.
    var number: Int

    var location: String { "\(path):\(number)" }

    /// The words of the line, split at white space.
    var words: [Substring] { text.split(whereSeparator: \.isBlank) }

    /// `Key=value` or `key = value` with both sides trimmed; nil where there is no `=`.
    var assignment: (key: Substring, value: Substring)? {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        return (text[..<equals].trimmed, text[text.index(after: equals)...].trimmed)
    }
}

/// The lines of a configuration file without blank ones and those that a comment sign opens. One line in a file of the usual kind is
/// one setting; formats with more to them have parsers of their own.
struct ConfigurationText: Sequence {
    var text: String
    var path: String
    var commentSigns: Set<Character> = ["#"]
    /// A backslash before the end of a line goes on with the next one.
    var joinsContinuations = false

    func makeIterator() -> some IteratorProtocol<ConfigurationLine> {
        var number = 0
        var rest = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }[...]
        return AnyIterator {
            while let raw = rest.popFirst() {
                number += 1
                let start = number
                var line = raw.trimmed
                while joinsContinuations, line.last == "\\", let next = rest.popFirst() {
                    number += 1
                    line = Substring(line.dropLast() + " " + next).trimmed
                }
                guard let first = line.first, !commentSigns.contains(first) else { continue }
                return ConfigurationLine(text: line, path: path, number: start)
            }
            return nil
        }
    }
}

extension Character {
    /// A space, tab or carriage return: what separates words on a line.
    var isBlank: Bool { self == " " || self == "\t" || self == "\r" || self == "\r\n" }
}

extension Substring {
    /// Without blanks at both ends.
    var trimmed: Substring {
        var result = self
        while let first = result.first, first.isBlank { result.removeFirst() }
        while let last = result.last, last.isBlank { result.removeLast() }
        return result
    }

    /// Without one pair of double or single quotes around it.
    var unquoted: Substring {
        guard count >= 2, let first, first == last, first == "\"" || first == "'" else { return self }
        return dropFirst().dropLast()
    }
}
