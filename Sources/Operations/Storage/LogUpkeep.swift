internal import LinuxSystem
internal import SQLite

/// Keeps the write-ahead log small for the one thread that writes. To copy a thousand pages into the file takes as long as ten commits, most
/// of it spent on the disk: a thread beside does that, and waits until the file is on the disk. Only what is committed in the meantime is left
/// for the writer, now and then, so that the log is copied whole and begins anew. Each copy syncs the log, which commits wait for, so copies
/// are not too many; and a page that many commits changed is copied once.
///
/// SQLite before 3.51.3 loses commits where a copy begins on a log that is copied whole already, and another connection's commit begins the
/// log anew at that moment (the WAL-reset bug, https://www.sqlite.org/wal.html#walresetbug). So the writer itself starts each copy, after a
/// commit beside which none ran: the log then has pages that are not copied, and nothing begins it anew before this copy is over. Of the
/// processes that write to one file, one alone copies: who has its lock. Only a log of 32 MB, which that process has left to grow, is copied
/// by whoever writes next: then a file system that fills is the greater harm.
struct LogUpkeep: ~Copyable {
    private let connection: Connection
    private let file: DatabaseFile
    private let copier: LogCopier
    private var lock: FileLock?
    /// Pages of the log when a copy was last started.
    private var lastStart = 0
    private var copiesBefore: Int?
    private var copiesSeen = 0

    /// Pages after which a copy is started.
    private static let step = 250
    /// Pages after which the log shall begin anew.
    private static let limit = 4_000
    /// As many are soon copied.
    private static let few = 60
    /// Pages, 32 MB, at which nothing is written before a copy was tried, whoever should have made it.
    private static let end = 2 * limit

    init(of connection: Connection, _ file: DatabaseFile) {
        self.connection = connection
        self.file = file
        copier = LogCopier(file)
        connection.leaveLog()
    }

    private var isLong: Bool { connection.logPages >= Self.limit }
    private var pagesSinceStart: Int { connection.logPages - lastStart }

    /// Before a transaction.
    mutating func prepare() {
        guard connection.logPages < Self.end else {
            copiesBefore = copier.wait()
            return copy()
        }
        copiesBefore = copier.copies
        guard let copies = copiesBefore, copies > copiesSeen, isLong, pagesSinceStart <= Self.few else { return }
        copiesSeen = copies
        copy()
    }

    private func copy() {
        // What stands in the way of copying stands in the way of committing too, and is told there.
        try? connection.checkpoint()
    }

    /// After it.
    mutating func note() {
        if connection.logPages < lastStart { lastStart = 0 }
        guard pagesSinceStart >= (isLong ? Self.few : Self.step) else { return }
        guard let copies = copier.copies, copies == copiesBefore, copiesAlone() else { return }
        lastStart = connection.logPages
        do throws(SystemError) {
            try copier.start()
        } catch { copy() }
    }

    /// Whether this process is the one that copies, or is from now on.
    private mutating func copiesAlone() -> Bool {
        if lock != nil { return true }
        // It belongs to whom the database belongs, so that root, who wrote to it once, keeps no service from it.
        do throws(SystemError) {
            let database = try FileTree().metadata(of: file.path, followingLinks: false)
            lock = try FileLock(
                path: "\(file.path).copying", owner: FileOwner(user: database.owner, group: database.group),
                patience: .zero)
            return true
        } catch { return false }
    }
}

/// Copies the log by a connection of its own, on a thread for each copy.
private final class LogCopier: Sendable {
    private struct State {
        var isCopying = false
        /// How many have ended.
        var copies = 0
    }

    private let file: DatabaseFile
    private let state = Monitor(State())
    private let connection = Monitor<Connection?>(nil)

    init(_ file: DatabaseFile) { self.file = file }

    /// How many copies have ended; nil while one runs.
    var copies: Int? { state.withLock { $0.isCopying ? nil : $0.copies } }

    /// Waits for the end of the copy that runs.
    func wait() -> Int { state.wait { $0.isCopying ? nil : $0.copies } }

    func start() throws(SystemError) {
        state.withLock { $0.isCopying = true }
        do throws(SystemError) {
            try OwnThread { self.copy() }.detach()
        } catch {
            end()
            throw error
        }
    }

    private func copy() {
        defer { end() }
        // What it could not copy the writer does, and what stands in its way as well is told to those who want something written.
        try? connection.withLock { connection in
            if connection == nil { connection = try Connection(path: file.path, cacheSize: 0) }
            try connection?.checkpoint()
            try connection?.sync()
        }
    }

    private func end() {
        state.change { state in
            state.isCopying = false
            state.copies += 1
        }
    }
}
