import Foundation
import TestSupport
import Testing

@testable import SQLite

@Suite struct ConnectionTests {
    let tree: TemporaryTree
    let path: String

    init() throws {
        tree = try TemporaryTree()
        path = "\(tree.path)/test.db"
    }

    private func connection() throws -> Connection {
        let connection = try Connection(path: path)
        try connection.execute("CREATE TABLE IF NOT EXISTS things(id INTEGER PRIMARY KEY, value ANY UNIQUE)")
        return connection
    }

    @Test(
        "What is bound comes back as it was",
        arguments: [
            .integer(Int64.min), .integer(Int64.max), .real(0.1), .text(""), .text("a\u{0}b ' \" ; -- \u{202e}é"),
            .blob([]),
            .blob([0, 255]), .null,
        ] as [SQLValue])
    func roundTrip(value: SQLValue) throws {
        let connection = try connection()
        try connection.execute("INSERT INTO things(value) VALUES (?)", [value])
        let found = try connection.first("SELECT value, typeof(value) FROM things") { row -> SQLValue in
            switch row.text(1) {
            case "integer": .integer(row.integer(0))
            case "real": .real(row.real(0))
            case "text": .text(row.text(0))
            case "blob": .blob(row.blob(0))
            default: .null
            }
        }
        #expect(found == value)
    }

    @Test("A file is synced when it is asked for, and a database that has none is an error")
    func sync() throws {
        let connection = try connection()
        try connection.checkpoint()
        try connection.sync()
        // SQLite makes a temporary one's file when it is first needed.
        let temporary = try Connection(path: "")
        #expect(throws: SQLiteError.self) { try temporary.sync() }
    }

    @Test("An error names the statement and never a value")
    func hiddenValues() throws {
        let connection = try connection()
        try connection.execute("INSERT INTO things(value) VALUES (?)", ["hunter2"])
        let error = #expect(throws: SQLiteError.self) {
            try connection.execute("INSERT INTO things(value) VALUES (?)", ["hunter2"])
        }
        #expect(error?.code == .constraint)
        #expect(error?.description.contains("INSERT INTO things") == true)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test("A part that fails is undone, and the rest of its transaction stands")
    func savepoints() throws {
        let connection = try connection()
        try connection.transaction { () throws(SQLiteError) in
            try connection.execute("INSERT INTO things(value) VALUES (1)")
            #expect(throws: SQLiteError.self) {
                try connection.transaction { () throws(SQLiteError) in
                    try connection.execute("INSERT INTO things(value) VALUES (2)")
                    try connection.execute("INSERT INTO things(value) VALUES (1)")
                }
            }
            try connection.execute("INSERT INTO things(value) VALUES (3)")
        }
        #expect(try connection.all("SELECT value FROM things ORDER BY id") { $0.integer(0) } == [1, 3])
    }

    @Test("A reader sees what was committed, and cannot write")
    func reader() throws {
        let writer = try connection()
        let reader = try Connection(path: path, access: .readOnly)
        try writer.transaction { () throws(SQLiteError) in
            try writer.execute("INSERT INTO things(value) VALUES (1)")
            #expect(try reader.first("SELECT count(*) FROM things") { $0.integer(0) } == 0)
        }
        #expect(try reader.first("SELECT count(*) FROM things") { $0.integer(0) } == 1)
        let error = #expect(throws: SQLiteError.self) { try reader.execute("DELETE FROM things") }
        #expect(error?.code == .readOnly)
    }

    @Test("A second writer waits as long as it was told, then hears that the database is busy")
    func busy() throws {
        let first = try connection()
        let second = try Connection(path: path, busyTimeout: .milliseconds(1))
        try first.transaction { () throws(SQLiteError) in
            let error = #expect(throws: SQLiteError.self) { try second.transaction { () throws(SQLiteError) in } }
            #expect(error?.code == .busy)
        }
    }

    @Test("A query without an end is stopped, by a call or by a deadline", arguments: [true, false])
    func interruption(byCall: Bool) throws {
        let connection = try connection()
        let interruption = byCall ? Interruption() : Interruption(at: .now)
        if byCall { interruption.interrupt() }
        let error = #expect(throws: SQLiteError.self) {
            try connection.interruptible(by: interruption) { () throws(SQLiteError) in
                try connection.query(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
                ) { _ in }
            }
        }
        #expect(error?.code == .interrupted)
        #expect(try connection.first("SELECT 1") { $0.integer(0) } == 1)
    }

    @Test("A file that is no database is told as such")
    func noDatabase() throws {
        try tree.add("test.db", String(repeating: "not a database. ", count: 200))
        let error = #expect(throws: SQLiteError.self) { try connection() }
        #expect(error?.code == .corrupt)
    }

    @Test("A link in place of the file is not followed")
    func link() throws {
        try tree.add("elsewhere", "")
        try tree.addLink("test.db", to: "\(tree.path)/elsewhere")
        let error = #expect(throws: SQLiteError.self) { try connection() }
        #expect(error?.code == .cannotOpen)
    }

    @Test("The integrity check is content with a sound file and names what is wrong with another")
    func integrity() throws {
        let connection = try connection()
        for number in 0..<3_000 {
            try connection.execute("INSERT INTO things(value) VALUES (?)", [.text("value \(number)")])
        }
        #expect(try connection.integrityProblems().isEmpty)
        try connection.query("PRAGMA wal_checkpoint(TRUNCATE)") { _ in }
        var bytes = Array(try Data(contentsOf: URL(filePath: path)))
        for index in (bytes.count / 2)..<(bytes.count / 2 + 4096) { bytes[index] = 0xa5 }
        try Data(bytes).write(to: URL(filePath: "\(path).damaged"))
        let damaged = try Connection(path: "\(path).damaged", access: .readOnly)
        #expect(try !damaged.integrityProblems().isEmpty)
    }
}
