private import CSQLite

/// Why SQLite did not do what it was asked. Statements are text of this program's own and may be shown; the values bound to them never
/// are, here or in SQLite's own message.
package struct SQLiteError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reasons that callers tell apart (https://www.sqlite.org/rescode.html).
    package enum Code: Sendable, Hashable {
        /// Another process or connection holds the database for longer than the busy timeout.
        case busy
        /// The disk, or the quota, is full.
        case full
        /// The file is damaged, or is no database at all.
        case corrupt
        case readOnly, cannotOpen, constraint, interrupted, tooBig, inputOutput, noMemory
        case other(number: Int32)
    }

    /// `open`, `prepare`, `run`, `commit` …
    package let operation: String
    /// The path of the database, or the statement.
    package let subject: String
    package let code: Code
    /// SQLite's account of it.
    package let reason: String

    package init(_ operation: String, _ subject: String, code: Code, reason: String) {
        self.operation = operation
        self.subject = subject
        self.code = code
        self.reason = reason
    }

    package var description: String { "\(operation) \(subject): \(reason)" }
}

extension SQLiteError.Code {
    /// - Parameter result: a primary or extended result code.
    init(result: Int32) {
        switch result & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
        case SQLITE_FULL: self = .full
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt
        case SQLITE_READONLY: self = .readOnly
        case SQLITE_CANTOPEN: self = .cannotOpen
        case SQLITE_CONSTRAINT: self = .constraint
        case SQLITE_INTERRUPT: self = .interrupted
        case SQLITE_TOOBIG: self = .tooBig
        case SQLITE_IOERR: self = .inputOutput
        case SQLITE_NOMEM: self = .noMemory
        default: self = .other(number: result)
        }
    }
}
