/// Where something stands in a text, as editors count: both from 1, columns in characters.
package struct TextPosition: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (left: TextPosition, right: TextPosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }

    package var description: String { "\(line):\(column)" }
}

/// A YAML 1.1 node (JSON is read as the flow style it nearly is), with nothing interpreted: a plain `22`, `no` or `~` is the text that
/// was written, and what reads the tree decides what it means.
package struct YAMLNode: Sendable {
    package enum Content: Sendable {
        case scalar(Scalar)
        case sequence([YAMLNode])
        /// In the order written; no key twice.
        case mapping([Member])
    }

    package struct Scalar: Sendable, Hashable {
        package var text: String
        /// Written with quotes or as a block (`|`, `>`), so that it can mean nothing but text.
        package var isQuoted: Bool

        /// Nothing was written, or what YAML reads as nothing: `key:`, `~`, `null`.
        package var isNull: Bool {
            !isQuoted && (text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL")
        }
    }

    package struct Member: Sendable {
        package var key: String
        package var keyPosition: TextPosition
        package var value: YAMLNode
    }

    package var content: Content
    package var position: TextPosition
    /// The bytes it was read from. Of a block sequence or mapping the end lies before the next token, so comments that follow are in it.
    package var byteRange: Range<Int>

    package var scalar: Scalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    package var elements: [YAMLNode]? {
        if case .sequence(let elements) = content { elements } else { nil }
    }

    package var members: [Member]? {
        if case .mapping(let members) = content { members } else { nil }
    }

    package subscript(key: String) -> YAMLNode? { members?.first { $0.key == key }?.value }

    /// What it is, as a message says it: "a list", "a mapping", "text", "nothing".
    package var kindName: String {
        switch content {
        case .scalar(let scalar): scalar.isNull ? "nothing" : "text"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// How much of a document is read before it is refused: what people write by hand stays far below.
package struct YAMLLimits: Sendable {
    package var bytes = 1 << 20
    package var depth = 32
    package var nodes = 100_000

    package init() {}
}

/// Why a document was not read, where, and what to change.
package struct YAMLError: Error, Hashable, CustomStringConvertible {
    package var position: TextPosition
    package var message: String

    package var line: Int { position.line }
    package var column: Int { position.column }
    package var description: String { "\(position): \(message)" }
}

extension YAMLError {
    /// Text from a document as a message may carry it: in quotes, control characters escaped, cut at 60 characters.
    package static func quote(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(60) {
            let isSafe = scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format
            shown += isSafe ? String(scalar) : "\\u{" + String(scalar.value, radix: 16) + "}"
        }
        return "'\(shown)\(text.unicodeScalars.count > 60 ? "…" : "")'"
    }
}
