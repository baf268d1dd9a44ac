package import LinuxSystem
package import SQLite

/// The file that holds everything the core knows, and how it is opened.
package struct DatabaseFile: Sendable, Hashable {
    package static let name = "core.db"

    package let path: String

    /// - Parameter directory: the state directory; it has to be there, and nobody but the core's user may write to it.
    package init(in directory: String) { path = "\(directory)/\(Self.name)" }

    /// Opens the database to write, makes it where there is none, and brings its schema up to date.
    ///
    /// A file that is no database, or was found damaged by the run before, is kept aside under a name with the time in it, and a new one is
    /// begun: the host's findings go on being taken in, and what was in the old one can be recovered by hand.
    /// - Returns: the connection, and where a broken file was kept; nil when there was none.
    /// - Parameter busyTimeout: how long to wait for another process that writes.
    package func open(
        now: Int64, cacheSize: Int = 64 << 20, busyTimeout: Duration = .seconds(5)
    ) throws(StorageError) -> (connection: Connection, keptAside: String?) {
        let isMarked = isThere(damageMark)
        if !isMarked {
            do throws(StorageError) {
                return (try connect(cacheSize, busyTimeout), nil)
            } catch {
                guard case .damaged = error else { throw error }
            }
        }
        let kept = try keepAside(now: now)
        return (try connect(cacheSize, busyTimeout), kept)
    }

    /// Opens the database to read it alone.
    package func openToRead() throws(StorageError) -> Connection {
        do throws(SQLiteError) {
            let connection = try Connection(path: path, access: .readOnly)
            let version = try connection.schemaVersion()
            guard version == Schema.migrations.count else {
                throw SQLiteError(
                    "open", path, code: .other(number: 0),
                    reason: "it has schema \(version), and this version of Bailey reads \(Schema.migrations.count)")
            }
            return connection
        } catch { throw StorageError(error, path: path) }
    }

    private func connect(_ cacheSize: Int, _ busyTimeout: Duration) throws(StorageError) -> Connection {
        // SQLite would make it readable by all; its logs take the permissions of the file. Another process may be making it now.
        do throws(SystemError) {
            _ = try AppendFile(creating: path)
        } catch {
            guard error.code == .exists else { throw .system(error) }
        }
        let connection: Connection
        do throws(SQLiteError) {
            connection = try Connection(path: path, busyTimeout: busyTimeout, cacheSize: cacheSize)
            // A small log is copied into the file often enough, and a large one is not kept.
            try connection.query("PRAGMA wal_autocheckpoint = 1000") { _ in }
            try connection.query("PRAGMA journal_size_limit = 67108864") { _ in }
        } catch { throw StorageError(error, path: path) }
        try Schema.migrate(connection)
        return connection
    }

    /// What tells the next opening that the file cannot be gone on with.
    private var damageMark: String { "\(path).damaged" }

    /// Notes that the file was found damaged while it was in use.
    package func markDamaged() throws(SystemError) {
        let mark = try AtomicFile(replacing: damageMark, permissions: 0o600)
        try mark.commit()
    }

    private func keepAside(now: Int64) throws(StorageError) -> String {
        let kept = "\(path).broken-\(now)"
        do throws(SystemError) {
            // The log first: without it the file is only older, while a new file with an old log would be broken again.
            for suffix in ["-wal", "-shm", ""] where isThere(path + suffix) {
                try renameFile(path + suffix, to: kept + suffix)
            }
            if isThere(damageMark) { try removeFile(damageMark) }
        } catch { throw .system(error) }
        return kept
    }

    private func isThere(_ path: String) -> Bool {
        // What cannot be looked at cannot be opened either, and opening tells why.
        (try? FileTree().metadata(of: path, followingLinks: false)) != nil
    }
}
