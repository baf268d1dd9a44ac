import Auditing
import LinuxSystem

/// A file that is written in pieces, each synced, so that a kill finds half a line more often than not.
final class PiecewiseStorage: AuditStorage {
    private let file: FileStorage

    init(_ file: FileStorage) { self.file = file }

    func write(_ bytes: [UInt8]) throws(SystemError) {
        let piece = max(1, bytes.count / 5)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            try file.write(Array(bytes[start..<min(start + piece, bytes.count)]))
            try file.sync()
        }
    }
    func sync() throws(SystemError) { try file.sync() }
    func truncate(to size: Int64) throws(SystemError) { try file.truncate(to: size) }
    func makeAppendOnly() throws(SystemError) { try file.makeAppendOnly() }
    func state() throws(SystemError) -> (size: Int64, isLinked: Bool) { try file.state() }
}

/// A file that counts how often it is synced.
final class CountingStorage: AuditStorage {
    private let file: FileStorage
    private let syncs: Monitor<Int>

    init(_ file: FileStorage, _ syncs: Monitor<Int>) {
        self.file = file
        self.syncs = syncs
    }

    func write(_ bytes: [UInt8]) throws(SystemError) { try file.write(bytes) }
    func sync() throws(SystemError) {
        syncs.withLock { $0 += 1 }
        try file.sync()
    }
    func truncate(to size: Int64) throws(SystemError) { try file.truncate(to: size) }
    func makeAppendOnly() throws(SystemError) { try file.makeAppendOnly() }
    func state() throws(SystemError) -> (size: Int64, isLinked: Bool) { try file.state() }
}

/// A file that is never synced.
final class UnsyncedStorage: AuditStorage {
    private let file: FileStorage

    init(_ file: FileStorage) { self.file = file }

    func write(_ bytes: [UInt8]) throws(SystemError) { try file.write(bytes) }
    func sync() throws(SystemError) {}
    func truncate(to size: Int64) throws(SystemError) { try file.truncate(to: size) }
    func makeAppendOnly() throws(SystemError) { try file.makeAppendOnly() }
    func state() throws(SystemError) -> (size: Int64, isLinked: Bool) { try file.state() }
}
