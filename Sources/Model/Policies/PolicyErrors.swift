import YAML

/// One policy file as it was read: its bytes, and the path that errors name.
package struct PolicyText: Sendable {
    package var path: String
    package var bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    package init(path: String, _ text: String) {
        self.init(path: path, bytes: Array(text.utf8))
    }
}

/// One thing that is wrong in a policy file: where, what, and what to write instead.
package struct PolicyError: Hashable, Sendable, CustomStringConvertible {
    package var location: SourceLocation
    package var message: String
    /// Whether a key stands there that files of this kind do not have.
    package var isUnknownKey: Bool

    package init(location: SourceLocation, message: String, isUnknownKey: Bool = false) {
        self.location = location
        self.message = message
        self.isUnknownKey = isUnknownKey
    }

    package var description: String { "\(location): \(message)" }
}

/// Everything that is wrong in the policy files that were read together, in the order of the text. A policy with one error decides
/// nothing.
package struct PolicyErrors: Error, Hashable, CustomStringConvertible {
    package var errors: [PolicyError]

    package init(_ errors: [PolicyError]) { self.errors = errors }

    package var description: String { errors.map(\.description).joined(separator: "\n") }
}

extension SourceLocation {
    init(path: String, _ position: TextPosition) {
        self.init(path: path, line: position.line, column: position.column)
    }
}
