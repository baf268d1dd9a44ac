import Foundation
import LinuxSystem
import SQLite
import TestSupport
import Testing

@testable import Storage

@Suite struct WriteQueueTests {
    let tree: TemporaryTree
    let file: DatabaseFile

    init() throws {
        tree = try TemporaryTree()
        file = DatabaseFile(in: tree.path)
    }

    private func count(_ connection: Connection) throws -> Int? {
        try connection.first("SELECT count(*) FROM tallies") { $0.integer(0) }
    }

    @Test("What many threads write is there once each of them was answered")
    func groups() throws {
        let queue = try WriteQueue(file, now: 0)
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for number in 0..<50 {
                #expect(throws: Never.self) {
                    try queue.write { connection throws(StorageError) in
                        try storing(file) { () throws(SQLiteError) in
                            try connection.execute("INSERT INTO tallies VALUES (?, 1)", [.text("\(thread)/\(number)")])
                        }
                    }
                }
            }
        }
        #expect(try count(file.openToRead()) == 400)
    }

    @Test("One that fails is told so, and what was written with it stands")
    func failure() throws {
        let queue = try WriteQueue(file, now: 0)
        let insert = { @Sendable (connection: Connection) throws(StorageError) in
            try storing(file) { () throws(SQLiteError) in
                try connection.execute("INSERT INTO tallies VALUES ('one', 1)")
            }
        }
        try queue.write(insert)
        #expect(throws: StorageError.self) { try queue.write(insert) }
        #expect(try count(file.openToRead()) == 1)
    }

    /// Writes `count` rows, each by itself.
    private func fill(_ queue: WriteQueue, _ count: Int, size: Int = 64 << 10) throws {
        let bytes = [UInt8](repeating: 7, count: size)
        for number in 0..<count {
            try queue.write { connection throws(StorageError) in
                try storing(file) { () throws(SQLiteError) in
                    try connection.execute(
                        "INSERT OR REPLACE INTO alert_payloads VALUES (?, ?)", [.integer(number % 50), .blob(bytes)])
                }
            }
        }
    }

    private func logSize() throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: "\(file.path)-wal")[.size] as? Int)
    }

    @Test(
        "The log is copied into the file while more is written, and stays small however much that is",
        arguments: [64 << 10, 512 << 10, 2 << 20])
    func log(size: Int) throws {
        let queue = try WriteQueue(file, now: 0)
        // 200 MB in all, 16 pages, 128 or 512 at a time.
        try fill(queue, (200 << 20) / size, size: size)
        #expect(try logSize() < 40 << 20)
        #expect(try file.openToRead().first("SELECT count(*) FROM alert_payloads") { $0.integer(0) } == 50)
        #expect(try file.openToRead().integrityProblems(limit: 1).isEmpty)
    }

    @Test(
        "Of two that write to one file one copies the log, and the other when that has gone; the log stays small meanwhile"
    )
    func logOfTwo() throws {
        let first = try WriteQueue(file, now: 0)
        try fill(first, 100)
        let lock = "\(file.path).copying"
        #expect(throws: SystemError.self) { _ = try FileLock(path: lock, patience: .zero) }
        let second = try WriteQueue(file, now: 0)
        try fill(second, 1_000)
        #expect(try logSize() < 40 << 20)
        first.close()
        try fill(second, 500)
        #expect(throws: SystemError.self) { _ = try FileLock(path: lock, patience: .zero) }
        #expect(try file.openToRead().integrityProblems(limit: 1).isEmpty)
    }

    @Test("Whoever reads on sees what was there and keeps nobody from writing; the log is copied once it has gone")
    func logUnderReader() throws {
        let queue = try WriteQueue(file, now: 0)
        try fill(queue, 10)
        var reader: Connection? = try file.openToRead()
        try reader?.execute("BEGIN")
        let count = try reader?.first("SELECT count(*) FROM alert_payloads") { $0.integer(0) }
        try fill(queue, 500)
        #expect(try reader?.first("SELECT count(*) FROM alert_payloads") { $0.integer(0) } == count)
        let grown = try logSize()
        #expect(grown > 30 << 20)
        reader = nil
        try fill(queue, 1_000)
        #expect(try logSize() < grown + 30 << 20)
    }

    @Test(
        "What comes in while a transaction is under way is made durable with it, and what fails there is undone alone")
    func gathering() throws {
        let queue = try WriteQueue(file, now: 0)
        let isUnderWay = Monitor(false)
        let answers = Monitor<[String: Bool]>([:])
        func submit(_ name: String, _ keys: [String], _ before: @escaping @Sendable () -> Void = {}) {
            queue.submit { group throws(StorageError) in
                before()
                try storing(file) { () throws(SQLiteError) in
                    for key in keys {
                        try group.connection.execute("INSERT INTO tallies VALUES (?, 1)", [.text(key)])
                    }
                }
            } answer: { (result: Result<Void, StorageError>) in
                answers.change { $0[name] = if case .success = result { true } else { false } }
            }
        }
        submit("first", ["one"]) { _ = isUnderWay.wait { $0 ? true : nil } }
        submit("second", ["two", "one"])
        submit("third", ["three"])
        isUnderWay.change { $0 = true }
        #expect(answers.wait { $0.count == 3 ? $0 : nil } == ["first": true, "second": false, "third": true])
        let kept = try file.openToRead().all("SELECT name FROM tallies ORDER BY name") { $0.text(0) }
        #expect(kept == ["one", "three"])
    }

    /// Writes what was noted, under the name `end`.
    private final class Ending: WriteGroupEnding {
        var count = 0

        func finish(_ connection: Connection, _ file: DatabaseFile) throws(StorageError) {
            try storing(file) { () throws(SQLiteError) in
                try connection.execute("INSERT INTO tallies VALUES ('end', ?)", [.integer(count)])
            }
        }
    }

    @Test("What a group comes to is counted once, also where one of it failed and the others were done again")
    func endings() throws {
        let queue = try WriteQueue(file, now: 0)
        let isUnderWay = Monitor(false)
        let answers = Monitor(0)
        for name in ["one", "one", "two"] {
            queue.submit { group throws(StorageError) in
                _ = isUnderWay.wait { $0 ? true : nil }
                try storing(file) { () throws(SQLiteError) in
                    try group.connection.execute("INSERT INTO tallies VALUES (?, 1)", [.text(name)])
                }
                let ending = group.ending as? Ending ?? Ending()
                ending.count += 1
                group.ending = ending
            } answer: { (_: Result<Void, StorageError>) in
                answers.change { $0 += 1 }
            }
        }
        isUnderWay.change { $0 = true }
        answers.wait { $0 == 3 ? () : nil }
        let kept = try file.openToRead().all("SELECT name, count FROM tallies ORDER BY name") {
            "\($0.text(0)) \($0.integer(1))"
        }
        #expect(kept == ["end 2", "one 1", "two 1"])
    }

    @Test("A closed queue takes nothing")
    func closed() throws {
        let queue = try WriteQueue(file, now: 0)
        queue.close()
        #expect(throws: StorageError.closed(path: file.path)) { try queue.write { _ in } }
    }

    /// Opens the database and writes to it, as often as another process is told to have it.
    private func add(_ name: String, to file: DatabaseFile) throws {
        while true {
            do throws(StorageError) {
                let connection = try file.open(now: 0).connection
                return try storing(file) { () throws(SQLiteError) in
                    try connection.execute("INSERT INTO tallies VALUES (?, 1)", [.text(name)])
                }
            } catch .busy {}
        }
    }

    @Test("Several that open a database which is not there yet have one, and what each writes stays")
    func together() throws {
        for round in 0..<20 {
            let place = "round-\(round)"
            try tree.addDirectory(place)
            let file = DatabaseFile(in: "\(tree.path)/\(place)")
            DispatchQueue.concurrentPerform(iterations: 4) { number in
                #expect(throws: Never.self) { try add("\(number)", to: file) }
            }
            #expect(try count(file.openToRead()) == 4)
        }
    }

    @Test("A file that is no database is kept aside as it was, and a new one begun")
    func noDatabase() throws {
        let content = String(repeating: "not a database. ", count: 200)
        try tree.add(DatabaseFile.name, content)
        let queue = try WriteQueue(file, now: 17)
        #expect(queue.keptAside == "\(file.path).broken-17")
        #expect(try tree.content(of: "core.db.broken-17") == content)
        #expect(try count(file.openToRead()) == 0)
    }

    @Test("A database found damaged in use refuses what is sent, and the next opening keeps it aside")
    func damage() throws {
        do {
            let connection = try file.open(now: 0).connection
            try connection.transaction { () throws(SQLiteError) in
                for number in 0..<5_000 {
                    try connection.execute("INSERT INTO tallies VALUES (?, 1)", [.text("number \(number)")])
                }
            }
            try connection.query("PRAGMA wal_checkpoint(TRUNCATE)") { _ in }
        }
        // The schema stands in the first pages; what was inserted, in the last.
        var bytes = Array(try Data(contentsOf: URL(filePath: file.path)))
        for index in (bytes.count / 2)..<bytes.count { bytes[index] = 0xa5 }
        try Data(bytes).write(to: URL(filePath: file.path))
        let queue = try WriteQueue(file, now: 1)
        #expect(queue.keptAside == nil)
        let error = #expect(throws: StorageError.self) {
            try queue.write { connection throws(StorageError) in
                try storing(file) { () throws(SQLiteError) in
                    try connection.execute("INSERT INTO tallies VALUES ('number 4999 and a half', 1)")
                }
            }
        }
        guard case .damaged = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(queue.foundDamage)
        queue.close()
        let next = try WriteQueue(file, now: 2)
        #expect(next.keptAside == "\(file.path).broken-2")
        #expect(try count(file.openToRead()) == 0)
    }

    @Test("While another process holds the database what is sent is refused and told so, and taken when it lets go")
    func locked() throws {
        let queue = try WriteQueue(file, now: 0, busyTimeout: .milliseconds(20))
        let insert = { @Sendable (connection: Connection) throws(StorageError) in
            try storing(file) { () throws(SQLiteError) in
                try connection.execute("INSERT INTO tallies VALUES ('one', 1)")
            }
        }
        let other = try Connection(path: file.path)
        _ = try other.transaction { () throws(SQLiteError) in
            #expect(throws: StorageError.busy(path: file.path)) { try queue.write(insert) }
        }
        try queue.write(insert)
        #expect(try count(file.openToRead()) == 1)
        #expect(!queue.foundDamage)
    }

    @Test("A database of every earlier version is brought up to date, and keeps what is in it")
    func earlier() throws {
        for version in 1..<Schema.migrations.count {
            let file = DatabaseFile(in: "\(tree.path)/\(version)")
            try tree.addDirectory("\(version)")
            do {
                let connection = try Connection(path: file.path)
                for step in Schema.migrations.prefix(version) { try connection.executeScript(step) }
                try connection.execute("INSERT INTO signal_counts VALUES ('s', x'01', 7, 3)")
                for (entity, caseID) in [(9, 1), (-4, 1), (9, 2)] {
                    try connection.execute(
                        "INSERT INTO case_entities VALUES (?, ?, 'user', 'ann', 'actor', 0.6, 1, 2, 3)",
                        [.integer(entity), .integer(caseID)])
                }
                // Alice's feedback on one of two alerts that are alike was taken back, and neither was judged anew since.
                for (id, likeness) in [(1, 1), (2, 1), (3, 2)] as [(Int, UInt8)] {
                    try connection.execute(
                        """
                        INSERT INTO alerts(id, fingerprint, likeness, source, alert_id, rule, title, host, severity, confidence,
                            verdict, state, first_seen, last_seen, received_at, occurrences, reopened, triage)
                        VALUES (?1, CAST(?1 AS BLOB), ?2, 'other', '', 'r', 't', 'h', 3, 0.5, 2, 'open', 1, 1, 1, 1, 0, '{}')
                        """, [.integer(id), .blob([likeness])])
                }
                try connection.execute(
                    "INSERT INTO feedback VALUES (1, 1, x'01', 'alice', 'false_positive', 3, NULL, '[]', '', 1, 2)")
                try connection.setSchemaVersion(version)
            }
            let connection = try file.open(now: 0).connection
            #expect(try connection.schemaVersion() == Schema.migrations.count)
            let plan = try connection.all("EXPLAIN QUERY PLAN SELECT count FROM signal_counts WHERE minute < 8") {
                $0.text(3)
            }
            #expect(plan.contains { $0.contains("signal_counts_minute") }, "\(plan)")
            let live = try connection.all(
                """
                EXPLAIN QUERY PLAN SELECT id FROM cases WHERE state = 'open' AND state_since < 8
                    AND state <> 'closed' AND state <> 'false_positive' AND state <> 'rejected'
                """
            ) { $0.text(3) }
            #expect(live.contains { $0.contains("cases_live") }, "\(live)")
            #expect(try connection.first("SELECT count FROM signal_counts WHERE minute < 8") { $0.integer(0) } == 3)
            let entities = try connection.all("SELECT * FROM case_entities ORDER BY case_id, entity") { row in
                (0..<9).map { row.text($0) }.joined(separator: " ")
            }
            let rest = "user ann actor 0.6 1 2 3"
            #expect(entities == ["-4 1 \(rest)", "9 1 \(rest)", "9 2 \(rest)"])
            #expect(
                try connection.all("SELECT case_id FROM case_entities WHERE entity = 9") { $0.integer(0) } == [1, 2])
            if version < 5 {
                let heard = try connection.all("SELECT hex(likeness) || alert FROM heard_alerts") { $0.text(0) }
                #expect(heard == ["011", "012"])
                #expect(try connection.all("SELECT hex(likeness) FROM rejudgements") { $0.text(0) } == ["01"])
            }
            #expect(try connection.integrityProblems().isEmpty)
        }
    }

    @Test("A database of a later version is left alone")
    func newer() throws {
        try file.open(now: 0).connection.setSchemaVersion(99)
        #expect(throws: StorageError.newer(path: file.path, version: 99)) { try WriteQueue(file, now: 0) }
        #expect(try tree.names().contains(DatabaseFile.name))
    }
}
