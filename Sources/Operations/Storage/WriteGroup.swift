package import SQLite

/// The work that is taken into one transaction.
package final class WriteGroup {
    package let connection: Connection
    /// What is written once for all of the group, right before it is made durable. Work that fails has added nothing to it.
    package var ending: (any WriteGroupEnding)?

    init(_ connection: Connection) { self.connection = connection }
}

/// What many pieces of work come to together.
package protocol WriteGroupEnding: AnyObject {
    func finish(_ connection: Connection, _ file: DatabaseFile) throws(StorageError)
}
