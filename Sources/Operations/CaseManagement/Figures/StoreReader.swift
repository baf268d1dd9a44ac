package import SQLite
package import Storage

/// Reads the store for people and programs. It has a connection of its own and sees what was last committed; one thread uses it at a time.
package final class StoreReader {
    let connection: Connection

    package init(_ file: DatabaseFile) throws(StorageError) { connection = try file.openToRead() }

    /// The database's file.
    package var path: String { connection.path }

    /// Runs `body`, with SQLite's errors as the store's.
    func reading<Value>(_ body: () throws(SQLiteError) -> Value) throws(StorageError) -> Value {
        do throws(SQLiteError) { return try body() } catch { throw StorageError(error, path: connection.path) }
    }

    /// The same for what other modules keep in the store.
    package func reading<Value>(_ body: (Connection) throws(SQLiteError) -> Value) throws(StorageError) -> Value {
        try reading { () throws(SQLiteError) in try body(connection) }
    }

    /// The latest version of `id` that a page may begin below: pages go back in time by id, so that they stay the same while more comes.
    package static let pageLimit = 1_000

    /// Complaints of the integrity check; empty when the file is sound. It reads all of the file.
    package func integrityProblems() throws(StorageError) -> [String] {
        try reading { () throws(SQLiteError) in try connection.integrityProblems() }
    }
}
