private import CSQLite
private import Synchronization

/// One connection to a database file. It belongs to one thread at a time (SQLITE_OPEN_NOMUTEX); several connections share a file by
/// write-ahead log: one writes while any number reads.
package final class Connection {
    package enum Access: Sendable, Hashable {
        /// Makes the file where there is none.
        case readWrite
        case readOnly
    }

    package let path: String
    private let handle: Handle
    /// By the address of their literal: the same place in the source is the same statement.
    private var statements: [UnsafeRawPointer: Statement] = [:]
    private var transactionDepth = 0
    private let log = LogSize()

    /// What all connections share, set up before the first. Where something else was quicker to use SQLite it stays as it was: then
    /// allocations are only slower.
    private static let library: Void = { _ = bailey_sqlite_count_no_memory() }()

    private struct Handle: ~Copyable {
        let pointer: OpaquePointer

        // SAFETY: nothing else closes it; statements that still live keep it half open until they go.
        deinit { sqlite3_close_v2(pointer) }
    }

    /// - Parameters:
    ///   - busyTimeout: how long to wait for another process or connection that writes.
    ///   - cacheSize: bytes of pages kept in memory.
    package init(
        path: String, access: Access = .readWrite, busyTimeout: Duration = .seconds(5), cacheSize: Int = 8 << 20
    ) throws(SQLiteError) {
        self.path = path
        Self.library
        let flags =
            (access == .readWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY)
            | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE
        var pointer: OpaquePointer?
        let result = sqlite3_open_v2(path, &pointer, flags, nil)
        guard let pointer else {
            throw SQLiteError("open", path, code: .noMemory, reason: "not enough memory")
        }
        handle = Handle(pointer: pointer)
        try check(result, "open", path, pointer)
        try configure(busyTimeout: busyTimeout, cacheSize: cacheSize, access: access)
    }

    private func configure(busyTimeout: Duration, cacheSize: Int, access: Access) throws(SQLiteError) {
        let database = handle.pointer
        sqlite3_busy_timeout(database, Int32(clamping: Int64(busyTimeout / .milliseconds(1))))
        // What a file that somebody else wrote could do to its reader (https://www.sqlite.org/security.html).
        for (option, value) in [
            (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0), (SQLITE_DBCONFIG_ENABLE_TRIGGER, 0),
            (SQLITE_DBCONFIG_ENABLE_VIEW, 0),
        ] as [(Int32, Int32)] {
            try check(bailey_sqlite_configure(database, option, value), "configure", path, database)
        }
        for (limit, value) in [
            (SQLITE_LIMIT_LENGTH, 64 << 20), (SQLITE_LIMIT_SQL_LENGTH, 64 << 10), (SQLITE_LIMIT_ATTACHED, 0),
        ] as [(Int32, Int32)] {
            sqlite3_limit(database, limit, value)
        }
        try execute("PRAGMA cell_size_check = ON")
        try execute("PRAGMA temp_store = MEMORY")
        // The one value that a statement of ours is made with: a number, and PRAGMA takes no bound ones.
        let pages = "PRAGMA cache_size = -\(max(64, cacheSize >> 10))"
        try check(sqlite3_exec(database, pages, nil, nil, nil), "configure", path, database)
        if access == .readWrite {
            // FULL: a commit that returned survives a power cut. NORMAL would sync at checkpoints alone.
            try query("PRAGMA journal_mode = WAL") { _ in }
            try execute("PRAGMA synchronous = FULL")
            try execute("PRAGMA foreign_keys = OFF")
        } else {
            try execute("PRAGMA query_only = ON")
        }
    }

    /// Runs a statement that gives no rows, or whose rows do not matter.
    package func execute(_ text: StaticString, _ values: [SQLValue] = []) throws(SQLiteError) {
        try query(text, values) { (_) throws(SQLiteError) in }
    }

    /// Calls `body` with each row.
    package func query(
        _ text: StaticString, _ values: [SQLValue] = [], _ body: (Row) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        try statement(text).run(values, handle.pointer, wrap: { $0 }) { (row) throws(SQLiteError) in
            try body(row)
            return true
        }
    }

    /// What `body` makes of the first row; nil when there is none.
    package func first<Result>(
        _ text: StaticString, _ values: [SQLValue] = [], _ body: (Row) -> Result
    ) throws(SQLiteError) -> Result? {
        var result: Result?
        try statement(text).run(values, handle.pointer, wrap: { $0 }) { (row) throws(SQLiteError) in
            result = body(row)
            return false
        }
        return result
    }

    /// What `body` makes of each row.
    package func all<Result>(
        _ text: StaticString, _ values: [SQLValue] = [], _ body: (Row) -> Result
    ) throws(SQLiteError) -> [Result] {
        var results: [Result] = []
        try query(text, values) { (row) throws(SQLiteError) in results.append(body(row)) }
        return results
    }

    /// Several statements without values, one after the other: a schema.
    package func executeScript(_ text: StaticString) throws(SQLiteError) {
        try check(sqlite3_exec(handle.pointer, text.description, nil, nil, nil), "run", "script", handle.pointer)
    }

    private func statement(_ text: StaticString) throws(SQLiteError) -> Statement {
        let key = UnsafeRawPointer(text.utf8Start)
        if let known = statements[key] { return known }
        let made = try Statement(text, on: handle.pointer)
        statements[key] = made
        return made
    }

    /// The id that the last row inserted got.
    package var lastInsertedID: Int { Int(sqlite3_last_insert_rowid(handle.pointer)) }

    /// How many rows the last statement changed.
    package var changes: Int { Int(sqlite3_changes64(handle.pointer)) }
}

extension Connection {
    /// Runs `body` as one transaction: all of it is durable once this returns, or none of it is there. Inside another it is a savepoint,
    /// so that a part can fail and the rest stay.
    package func transaction<Result, Failure: Error>(
        failure wrap: (SQLiteError) -> Failure, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let isOutermost = transactionDepth == 0
        do throws(SQLiteError) {
            if isOutermost { try execute("BEGIN IMMEDIATE") } else { try execute("SAVEPOINT part") }
        } catch { throw wrap(error) }
        transactionDepth += 1
        defer { transactionDepth -= 1 }
        let result: Result
        do throws(Failure) {
            result = try body()
        } catch {
            undo(isOutermost)
            throw error
        }
        do throws(SQLiteError) {
            if isOutermost { try execute("COMMIT") } else { try execute("RELEASE part") }
        } catch {
            undo(isOutermost)
            throw wrap(error)
        }
        return result
    }

    package func transaction<Result>(_ body: () throws(SQLiteError) -> Result) throws(SQLiteError) -> Result {
        try transaction(failure: { $0 }, body)
    }

    private func undo(_ isOutermost: Bool) {
        // SQLite has rolled back by itself after some errors (full disk), and then there is nothing to undo.
        if isOutermost {
            if sqlite3_get_autocommit(handle.pointer) == 0 { try? execute("ROLLBACK") }
        } else if sqlite3_get_autocommit(handle.pointer) == 0 {
            try? execute("ROLLBACK TO part")
            try? execute("RELEASE part")
        }
    }

    /// Whether a transaction is under way. After an error that made SQLite roll back the whole, none is.
    package var isInTransaction: Bool { sqlite3_get_autocommit(handle.pointer) == 0 }

    /// The complaints of `PRAGMA integrity_check`, at most `limit`; empty when the file is sound. It reads all of the file.
    package func integrityProblems(limit: Int = 20) throws(SQLiteError) -> [String] {
        var problems: [String] = []
        try query("PRAGMA integrity_check(100)") { (row) throws(SQLiteError) in
            if row.text(0) != "ok", problems.count < limit { problems.append(row.text(0)) }
        }
        return problems
    }

    /// The version that the schema says of itself (`PRAGMA user_version`); 0 in a new file.
    package func schemaVersion() throws(SQLiteError) -> Int {
        try first("PRAGMA user_version") { $0.integer(0) } ?? 0
    }

    package func setSchemaVersion(_ version: Int) throws(SQLiteError) {
        try check(
            sqlite3_exec(handle.pointer, "PRAGMA user_version = \(version)", nil, nil, nil), "set version of", path,
            handle.pointer)
    }

    /// Copies what the write-ahead log holds into the file, as far as readers let it.
    package func checkpoint() throws(SQLiteError) { try query("PRAGMA wal_checkpoint(PASSIVE)") { _ in } }

    /// Makes durable what was copied into the file. SQLite does so by itself once the log is copied whole, and whoever copies the last of it
    /// waits for all.
    package func sync() throws(SQLiteError) {
        try check(bailey_sqlite_sync(handle.pointer), "sync", path, handle.pointer)
    }

    /// From now on no commit of this connection copies the log: whoever has it does so.
    package func leaveLog() {
        // SAFETY: the connection is closed before what it has goes.
        sqlite3_wal_hook(
            handle.pointer,
            { context, _, _, pages in
                if let context { Unmanaged<LogSize>.fromOpaque(context).takeUnretainedValue().pages = Int(pages) }
                return SQLITE_OK
            }, Unmanaged.passUnretained(log).toOpaque())
    }

    /// Pages of the log after this connection's last commit since `leaveLog`, those that were copied already among them.
    package var logPages: Int { log.pages }
}

/// What SQLite tells after a commit.
private final class LogSize {
    var pages = 0
}

/// Stops what a connection does from another thread, or at a time: the statement that runs ends with `.interrupted`.
package final class Interruption: Sendable {
    private let isSet = Atomic(false)
    private let deadline: ContinuousClock.Instant?

    package init(at deadline: ContinuousClock.Instant? = nil) { self.deadline = deadline }

    package func interrupt() { isSet.store(true, ordering: .relaxed) }

    fileprivate var isDue: Bool {
        isSet.load(ordering: .relaxed) || deadline.map { ContinuousClock.now >= $0 } ?? false
    }
}

extension Connection {
    /// Runs `body`; what it asks of the database ends once `interruption` says so. SQLite looks every some thousand steps.
    package func interruptible<Result>(
        by interruption: Interruption, _ body: () throws(SQLiteError) -> Result
    ) throws(SQLiteError) -> Result {
        // SAFETY: the object outlives the calls, and the handler is taken away before it may go.
        let context = Unmanaged.passUnretained(interruption).toOpaque()
        sqlite3_progress_handler(
            handle.pointer, 4_000,
            { context in
                guard let context else { return 0 }
                return Unmanaged<Interruption>.fromOpaque(context).takeUnretainedValue().isDue ? 1 : 0
            }, context)
        defer {
            sqlite3_progress_handler(handle.pointer, 0, nil, nil)
            withExtendedLifetime(interruption) {}
        }
        return try body()
    }
}
