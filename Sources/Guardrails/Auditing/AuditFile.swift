internal import LinuxSystem

/// A file of the log: `audit-00000001.jsonl`, counted up at each rotation. No file is renamed, because one that is append-only cannot be.
package struct AuditFile: Sendable, Hashable, Comparable {
    package let number: UInt32

    package init(number: UInt32) { self.number = number }

    /// Nil when the name is not that of a file of the log.
    package init?(name: String) {
        guard name.hasPrefix("audit-"), name.hasSuffix(".jsonl"), let number = UInt32(name.dropFirst(6).dropLast(6))
        else {
            return nil
        }
        self.number = number
        guard number > 0, self.name == name else { return nil }
    }

    package var name: String { "\(stem).jsonl" }
    /// The head that was signed when the file was closed.
    package var headName: String { "\(stem).head" }

    private var stem: String {
        let digits = String(number)
        return "audit-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    package static func < (first: AuditFile, second: AuditFile) -> Bool { first.number < second.number }

    /// The log's files in a directory, in order.
    package static func all(in directory: String) throws(AuditError) -> [AuditFile] {
        try names(in: directory).compactMap(AuditFile.init(name:)).sorted()
    }

    static func names(in directory: String) throws(AuditError) -> [String] {
        try auditing { () throws(SystemError) in try Directory(opening: directory).entries().map(\.name) }
    }
}

/// What stands beside the log's files.
package enum AuditName {
    /// The newest head.
    package static let head = "audit.head"
    package static let publicKey = "audit.pub"
    package static let key = "audit.key"
    static let lock = "audit.lock"

    /// Where something at the end of the log that is no record is set aside: named for the record that takes its place.
    static func torn(_ sequence: UInt64) -> String { "audit.torn-\(sequence)" }
}
