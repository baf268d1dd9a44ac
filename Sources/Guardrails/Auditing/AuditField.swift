private import Masking

/// A detail of a record. The order of fields is kept.
package struct AuditField: Sendable, Hashable {
    package enum Value: Sendable, Hashable {
        case text(String)
        case number(Int64)
        case flag(Bool)
        /// A list that is no command line.
        case list([String])
        /// A command line, the program first: secrets are told by their place in it, too.
        case arguments([String])
    }

    package var name: String
    package var value: Value

    package init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }

    package init(_ name: String, _ text: String) { self.init(name, .text(text)) }
    package init(_ name: String, _ number: some BinaryInteger) { self.init(name, .number(Int64(clamping: number))) }
}

extension AuditField {
    /// The field with its secrets masked.
    var masked: AuditField {
        switch value {
        case .number, .flag: self
        case .text(let text): AuditField(name, .text(SecretMasking.masked(text, named: name)))
        case .list(let texts): AuditField(name, .list(texts.map { SecretMasking.masked($0, named: name) }))
        case .arguments(let arguments): AuditField(name, .arguments(SecretMasking.masked(arguments: arguments)))
        }
    }

    /// Bytes it takes in a record, roughly.
    var size: Int {
        switch value {
        case .number, .flag: name.utf8.count + 16
        case .text(let text): name.utf8.count + text.utf8.count + 8
        case .list(let texts), .arguments(let texts): texts.reduce(name.utf8.count + 8) { $0 + $1.utf8.count + 3 }
        }
    }
}
