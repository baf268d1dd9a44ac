package import LinuxSystem

/// The end of the file that records are written to. Tests count its syncs, make it fail and write in pieces.
package protocol AuditStorage: AnyObject, Sendable {
    /// What fails may have written a part.
    func write(_ bytes: [UInt8]) throws(SystemError)
    /// Returns once everything written is on the disk.
    func sync() throws(SystemError)
    func truncate(to size: Int64) throws(SystemError)
    /// Has the file system refuse every change but more at the end.
    func makeAppendOnly() throws(SystemError)
    /// The file's size now, and whether it still has a name.
    func state() throws(SystemError) -> (size: Int64, isLinked: Bool)
}

/// A file, append-only where its file system has that.
package final class FileStorage: AuditStorage {
    private let file: AppendFile

    init(_ file: consuming AppendFile) { self.file = file }

    package static func open(_ path: String, isNew: Bool) throws(SystemError) -> FileStorage {
        FileStorage(isNew ? try AppendFile(creating: path) : try AppendFile(opening: path))
    }

    package func makeAppendOnly() throws(SystemError) { try file.setAppendOnly(true) }
    package func write(_ bytes: [UInt8]) throws(SystemError) { try file.write(bytes) }
    package func sync() throws(SystemError) { try file.sync() }
    package func truncate(to size: Int64) throws(SystemError) { try file.truncate(to: size) }

    package func state() throws(SystemError) -> (size: Int64, isLinked: Bool) {
        let metadata = try file.metadata()
        return (metadata.size, metadata.linkCount > 0)
    }
}

/// Opens the file that records go to, or makes it.
package typealias AuditStorageOpener =
    @Sendable (_ path: String, _ isNew: Bool) throws(SystemError) -> any AuditStorage
