package import LinuxSystem
package import SQLite

/// Why the core's database could not be used. Whoever had something stored is told, so that it keeps what it has: nothing is dropped.
package enum StorageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Another process holds the database.
    case busy(path: String)
    case full(path: String)
    /// Damaged while it was open. The next opening keeps the file aside and begins anew.
    case damaged(path: String, why: String)
    /// Written by a later version of Bailey.
    case newer(path: String, version: Int)
    /// Not there, or not to be read by this user.
    case cannotOpen(path: String, why: String)
    case closed(path: String)
    case system(SystemError)
    case database(SQLiteError)

    package init(_ error: SQLiteError, path: String) {
        switch error.code {
        case .busy: self = .busy(path: path)
        case .full: self = .full(path: path)
        case .cannotOpen: self = .cannotOpen(path: path, why: error.reason)
        case .corrupt: self = .damaged(path: path, why: error.reason)
        default: self = .database(error)
        }
    }

    package var description: String {
        switch self {
        case .busy(let path): "\(path) is held by another process: try again, and see who has it open: fuser \(path)"
        case .full(let path): "no room for \(path): nothing was taken in; free some space, then send it again"
        case .damaged(let path, let why):
            "\(path) is damaged (\(why)): nothing was taken in; start again, and it is kept aside for a new one"
        case .newer(let path, let version):
            "\(path) has schema \(version), which this version does not know: run the Bailey that wrote it, or a later one"
        case .cannotOpen(let path, let why): "\(path) cannot be opened: \(why)"
        case .closed(let path): "\(path) is closed"
        case .system(let error): error.description
        case .database(let error): error.description
        }
    }
}

extension StorageError {
    /// The same for who sent something, over the network or from another user's program: where the store is, which statement failed and what to
    /// do on that host are nothing to them.
    package var descriptionForClients: String {
        switch self {
        case .busy: "the store is held by another process: nothing was changed; try again"
        case .full: "there is no room on the core's disk: nothing was taken in; send it again later"
        case .damaged: "the store is damaged: nothing was taken in; send it again once the core has started anew"
        case .closed: "the core is ending: nothing was taken in; send it again"
        case .newer, .cannotOpen, .system, .database: "the store could not do it; the log of bailey-core has why"
        }
    }
}

/// Runs `body`, whose errors are SQLite's, as work on `file`.
package func storing<Result>(
    _ file: DatabaseFile, _ body: () throws(SQLiteError) -> Result
) throws(StorageError) -> Result {
    do throws(SQLiteError) { return try body() } catch { throw StorageError(error, path: file.path) }
}
