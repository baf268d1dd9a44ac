import Auditing
import LinuxSystem

/// A file that does what a test wants: counts syncs, fails, holds a sync up.
final class FaultyStorage: AuditStorage {
    struct Plan {
        var syncs = 0
        /// Bytes of the next write that still reach the file before it fails.
        var room: Int?
        var failsSync = false
        var failsTruncate = false
    }

    private let file: FileStorage
    let plan: Monitor<Plan>
    private let onSync: @Sendable () -> Void

    init(_ file: FileStorage, _ plan: Monitor<Plan>, onSync: @escaping @Sendable () -> Void) {
        self.file = file
        self.plan = plan
        self.onSync = onSync
    }

    static func opener(_ plan: Monitor<Plan>, onSync: @escaping @Sendable () -> Void = {}) -> AuditStorageOpener {
        { path, isNew throws(SystemError) in
            FaultyStorage(try FileStorage.open(path, isNew: isNew), plan, onSync: onSync)
        }
    }

    func write(_ bytes: [UInt8]) throws(SystemError) {
        guard let room = plan.withLock({ $0.room }) else { return try file.write(bytes) }
        try file.write(Array(bytes.prefix(room)))
        throw SystemError("write", "log", code: .noSpace)
    }

    func sync() throws(SystemError) {
        plan.withLock { $0.syncs += 1 }
        onSync()
        if plan.withLock({ $0.failsSync }) { throw SystemError("sync", "log", code: .readOnly) }
        try file.sync()
    }

    func truncate(to size: Int64) throws(SystemError) {
        if plan.withLock({ $0.failsTruncate }) { throw SystemError("truncate", "log", code: .readOnly) }
        try file.truncate(to: size)
    }

    func makeAppendOnly() throws(SystemError) { try file.makeAppendOnly() }
    func state() throws(SystemError) -> (size: Int64, isLinked: Bool) { try file.state() }
}
