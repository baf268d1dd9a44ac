import YAML

/// The keys one kind of mapping may have. An enumeration, so that what is read, what errors offer and what the templates explain
/// cannot drift apart.
protocol PolicyKey: CaseIterable, Hashable, Sendable, RawRepresentable<String> {
    /// What the mapping is, with its article: "a port rule".
    static var mappingName: String { get }
}

/// A mapping whose keys are all known.
struct PolicyMapping<Key: PolicyKey> {
    let position: TextPosition
    private let values: [Key: YAMLNode]

    init(position: TextPosition, values: [Key: YAMLNode]) {
        self.position = position
        self.values = values
    }

    subscript(key: Key) -> YAMLNode? { values[key] }
}

/// Reads nodes of one file strictly, and collects what is wrong instead of stopping at the first. What was wrong is nil, like what is
/// not there; whoever reads a file throws when any error has been reported.
struct PolicyDecoder {
    let path: String
    private var reported: [PolicyError] = []

    /// What was reported, in the order of the text.
    var errors: [PolicyError] {
        reported.sorted { ($0.location.line, $0.location.column) < ($1.location.line, $1.location.column) }
    }

    init(path: String) { self.path = path }

    mutating func report(_ message: String, at position: TextPosition, isUnknownKey: Bool = false) {
        let location = SourceLocation(path: path, position)
        reported.append(PolicyError(location: location, message: message, isUnknownKey: isUnknownKey))
    }

    /// The document in `bytes`; nil, with the error reported, when it is none.
    mutating func document(_ bytes: [UInt8]) -> YAMLNode? {
        do {
            return try YAMLNode(parsing: bytes)
        } catch {
            report(error.message, at: error.position)
            return nil
        }
    }

    mutating func mapping<Key: PolicyKey>(_ node: YAMLNode, of: Key.Type = Key.self) -> PolicyMapping<Key>? {
        guard let members = node.members else {
            report("\(Key.mappingName) is a mapping (key: value), and this is \(node.kindName)", at: node.position)
            return nil
        }
        var values: [Key: YAMLNode] = [:]
        for member in members {
            if let key = Key(rawValue: member.key) {
                values[key] = member.value
            } else {
                let known = Key.allCases.map(\.rawValue)
                report(
                    "unknown key \(YAMLError.quote(member.key)) in \(Key.mappingName); \(suggestion(for: member.key, from: known))",
                    at: member.keyPosition, isUnknownKey: true)
            }
        }
        return PolicyMapping(position: node.position, values: values)
    }

    mutating func required<Key: PolicyKey>(_ key: Key, in mapping: PolicyMapping<Key>, why: String) -> YAMLNode? {
        if let node = mapping[key] { return node }
        report("\(Key.mappingName) needs '\(key.rawValue)': \(why)", at: mapping.position)
        return nil
    }

    /// The elements of a list, or the one value that stands in its place.
    mutating func oneOrMore(_ node: YAMLNode, _ key: some PolicyKey) -> [YAMLNode] {
        guard let elements = node.elements else { return [node] }
        if elements.isEmpty {
            report("'\(key.rawValue)' is an empty list; leave the key out or name something", at: node.position)
        }
        return elements
    }

    /// The elements of a list; what is written as nothing is the empty list.
    mutating func list(_ node: YAMLNode, _ key: some PolicyKey) -> [YAMLNode] {
        if let elements = node.elements { return elements }
        if node.scalar?.isNull != true {
            report("'\(key.rawValue)' is a list (- item), and this is \(node.kindName)", at: node.position)
        }
        return []
    }

    /// One line of text, neither empty nor with control characters in it.
    mutating func text(_ node: YAMLNode, _ key: some PolicyKey, limit: Int = 4096) -> String? {
        guard let scalar = node.scalar, !scalar.isNull else {
            report("'\(key.rawValue)' is text, and this is \(node.kindName)", at: node.position)
            return nil
        }
        let text = scalar.text.trimmingSpace
        if text.isEmpty {
            report("'\(key.rawValue)' is empty; write something or leave the key out", at: node.position)
        } else if text.utf8.count > limit {
            report("'\(key.rawValue)' is longer than \(limit) bytes", at: node.position)
        } else if text.unicodeScalars.contains(where: {
            $0.value < 0x20 && $0 != "\n" && $0 != "\t" || $0.value == 0x7f
        }) {
            report("'\(key.rawValue)' has a control character in it: \(YAMLError.quote(text))", at: node.position)
        } else {
            return text
        }
        return nil
    }

    /// One word of a fixed set.
    mutating func choice<Value: RawRepresentable<String>>(
        _ node: YAMLNode, _ key: some PolicyKey, from values: [Value]
    ) -> Value? {
        guard let text = text(node, key) else { return nil }
        if let value = values.first(where: { $0.rawValue == text }) { return value }
        let known = values.map(\.rawValue)
        report(
            "unknown \(key.rawValue) \(YAMLError.quote(text)); \(suggestion(for: text, from: known))", at: node.position
        )
        return nil
    }

    /// One of the words that are known by then.
    mutating func word(_ node: YAMLNode, _ key: some PolicyKey, from known: [String]) -> String? {
        guard let text = text(node, key) else { return nil }
        if known.contains(text) { return text }
        let hint = known.isEmpty ? "none is there" : suggestion(for: text, from: known)
        report("unknown \(key.rawValue) \(YAMLError.quote(text)); \(hint)", at: node.position)
        return nil
    }

    /// A day, `2026-12-31`.
    mutating func day(_ node: YAMLNode, _ key: some PolicyKey) -> CalendarDay? {
        guard let text = text(node, key) else { return nil }
        if let day = CalendarDay(text) { return day }
        report("'\(key.rawValue)' is a day written YYYY-MM-DD, and \(YAMLError.quote(text)) is none", at: node.position)
        return nil
    }

    /// Reads `schema`, which every file begins with, so that a later form is never taken for this one.
    mutating func checkSchema<Key: PolicyKey>(_ key: Key, in mapping: PolicyMapping<Key>) {
        guard let node = required(key, in: mapping, why: "write 'schema: 1'"), let text = text(node, key) else {
            return
        }
        guard text != "1" else { return }
        report("schema \(YAMLError.quote(text)) is not known here; this version reads schema 1", at: node.position)
    }
}

/// "did you mean 'protocol'?" where one is near, else all there are.
func suggestion(for text: String, from known: [String]) -> String {
    if text.utf8.count >= 3, let longer = known.first(where: { $0.hasPrefix(text) }) {
        return "did you mean '\(longer)'?"
    }
    let distances = known.map { (distance(Array(text.utf8.prefix(64)), Array($0.utf8)), $0) }
    if let best = distances.min(by: { $0.0 < $1.0 }), best.0 <= max(1, best.1.utf8.count / 3) {
        return "did you mean '\(best.1)'?"
    }
    return known.count == 1 ? "only '\(known[0])' is known" : "known are: " + known.joined(separator: ", ")
}

/// How many letters have to be added, removed, changed or swapped with their neighbour to make `right` of `left`.
private func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var before: [Int] = []
    var previous = Array(0...right.count)
    for (row, letter) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            var best = min(previous[column + 1] + 1, current[column] + 1, previous[column] + (letter == other ? 0 : 1))
            if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                best = min(best, before[column - 1] + 1)
            }
            current.append(best)
        }
        (before, previous) = (previous, current)
    }
    return previous[right.count]
}

extension String {
    /// Without the white space around it.
    var trimmingSpace: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
