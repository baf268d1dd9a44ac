private import LinuxSystem

/// A pattern of plain characters and wildcards over one argument, path or name: `*` is any run of characters without a slash, `**` any
/// run with slashes too, `?` one character that is no slash. There are no brackets and no escapes.
///
/// It matches whole texts only, in time that grows with the product of the two lengths, whatever they are.
package struct GlobPattern: Sendable, Hashable, CustomStringConvertible {
    private enum Token: Sendable, Hashable {
        case scalar(Unicode.Scalar)
        case one
        case run
        case path

        /// Whether it goes on after this character, and whether the one behind it is next.
        func takes(_ scalar: Unicode.Scalar) -> (stays: Bool, advances: Bool) {
            switch self {
            case .scalar(let wanted): (false, wanted == scalar)
            case .one: (false, scalar != "/")
            case .run: (scalar != "/", false)
            case .path: (true, false)
            }
        }

        var isLiteral: Bool { if case .scalar = self { true } else { false } }
    }

    package let description: String
    private let tokens: [Token]
    /// What is written out before the first wildcard, and behind the last.
    private let head, tail: [UInt8]

    static let limit = 512

    /// Nil, with the reason, for what is no pattern.
    package init(_ text: String) throws(GlobError) {
        guard text.utf8.count <= Self.limit else { throw GlobError(reason: "it is longer than \(Self.limit) bytes") }
        var tokens: [Token] = []
        var stars = 0
        for scalar in text.unicodeScalars {
            if scalar == "*" {
                stars += 1
                guard stars <= 2 else { throw GlobError(reason: "'***' means nothing; write '*' or '**'") }
                if stars == 2 { tokens.removeLast() }
                tokens.append(stars == 2 ? .path : .run)
                continue
            }
            stars = 0
            switch scalar {
            case "?": tokens.append(.one)
            case "[", "]", "{", "}", "\\":
                throw GlobError(reason: "'\(scalar)' has no meaning in a glob here; use one_of or regex")
            default: tokens.append(.scalar(scalar))
            }
        }
        description = text
        self.tokens = tokens
        head = Self.literal(tokens.prefix { $0.isLiteral })
        tail = Self.literal(tokens[(tokens.lastIndex { !$0.isLiteral }.map { $0 + 1 } ?? 0)...])
    }

    private static func literal(_ tokens: ArraySlice<Token>) -> [UInt8] {
        var text = ""
        for case .scalar(let scalar) in tokens { text.unicodeScalars.append(scalar) }
        return Array(text.utf8)
    }

    package var hasWildcards: Bool { tokens.contains { $0 == .one || $0 == .run || $0 == .path } }
    /// Whether only texts that begin with a dash match.
    var beginsWithDash: Bool { tokens.first == .scalar("-") }

    /// Whether the argument of a command matches. Beyond the wildcards:
    /// - an argument that begins with a dash, which a program may take for an option, matches only a pattern that begins with one;
    /// - an argument with a segment `.` or `..` (or an empty one, `//`) matches only a pattern that writes such a segment, for a path
    ///   that leaves the directory which the pattern names is not below it.
    package func matches(argument: String) -> Bool {
        if argument.utf8.first == UInt8(ascii: "-"), !beginsWithDash { return false }
        guard Self.dotSegments(in: argument).isSubset(of: Self.dotSegments(in: description)) else { return false }
        return matches(argument)
    }

    package func matches(_ text: String) -> Bool {
        // Most texts differ at their ends already. They may be long, and many: the programs that a requester descends from.
        guard text.utf8.starts(with: head), text.utf8.suffix(tail.count).elementsEqual(tail) else { return false }
        // states[i]: the tokens before i describe what has been read.
        var states = [Bool](repeating: false, count: tokens.count + 1)
        var next = states
        states[0] = true
        close(&states)
        for scalar in text.unicodeScalars {
            var isAlive = false
            for index in tokens.indices where states[index] {
                let (stays, advances) = tokens[index].takes(scalar)
                if stays { next[index] = true }
                if advances { next[index + 1] = true }
                isAlive = isAlive || stays || advances
            }
            guard isAlive else { return false }
            swap(&states, &next)
            for index in next.indices { next[index] = false }
            close(&states)
        }
        return states[tokens.count]
    }

    /// A run may be empty.
    private func close(_ states: inout [Bool]) {
        for (index, token) in tokens.enumerated() where states[index] && (token == .run || token == .path) {
            states[index + 1] = true
        }
    }

    /// Which of the segments that a path resolution treats apart are in the text, as a path or behind an option's `=`.
    private static func dotSegments(in text: String) -> Set<String> {
        guard text.hasSlash || text == "." || text.contains("..") else { return [] }
        // Of bytes, for a separator that a combining mark follows is one too (`pathNames`).
        let (bytes, slash) = (text.utf8, UInt8(ascii: "/"))
        let segments = bytes.split(omittingEmptySubsequences: false) { "/=:,".utf8.contains($0) }
        var found = Set(
            [".", ".."].filter { name in segments.contains { $0.elementsEqual(name.utf8) } })
        if zip(bytes, bytes.dropFirst()).contains(where: { $0 == slash && $1 == slash }) { found.insert("//") }
        return found
    }
}

/// Why a text is no glob.
package struct GlobError: Error, Hashable {
    package let reason: String
}
