package import Cryptography
internal import LinuxSystem

package import struct FoundationEssentials.Date

/// The log that the broker writes: records in a hash chain, on disk before `append` returns.
///
/// Whoever appends waits in line. The first to find the writer free takes it, and with it everything that waits: those records are
/// chained, written in one call and synced once, then each waiter learns how it went, and the writer is free again. So 50 at once cost
/// little more than one, and nobody's record is acknowledged before the disk has it.
///
/// It blocks: it is for threads, not for tasks.
package final class AuditLog: Sendable {
    package struct Configuration: Sendable {
        /// Where the log's files are, as a path from the root; made when it is not there.
        package var directory: String
        package var keyPath: String
        /// A file that has reached this size is closed and the next begun. Bytes.
        package var rotationSize: Int64 = 64 << 20
        /// A head is signed after so many records, and at the first record that comes so long after the last head.
        package var recordsPerHead: UInt64 = 1000
        package var timePerHead: Duration = .seconds(60)
        /// Whether files are made append-only where their file system can.
        package var isAppendOnly = true
        /// How long to wait for another process to let go of the log. A child of the one before holds the lock between its fork and its
        /// exec, so a moment's wait is no sign of a second writer.
        package var patience: Duration = .seconds(5)

        package init(directory: String, keyPath: String? = nil) {
            self.directory = directory
            self.keyPath = keyPath ?? "\(directory)/\(AuditName.key)"
        }
    }

    /// What a record that is on disk is known by.
    package struct Receipt: Sendable, Hashable {
        package let sequence: UInt64
        package let hash: AuditDigest
    }

    /// How the log is doing, for whoever watches over the broker.
    package struct Status: Sendable, Hashable {
        package var last: Receipt
        /// Why the files are not append-only; nil when they are, or were not to be.
        package var notAppendOnly: String?
        /// Why the last head that was due could not be signed; nil when it could.
        package var headFailure: AuditError?
    }

    fileprivate struct State {
        /// Nil while somebody writes with it.
        var writer: AuditWriter?
        var waiting: [(ticket: UInt64, draft: AuditDraft)] = []
        var nextTicket: UInt64 = 0
        var outcomes: [UInt64: Result<Receipt, AuditError>] = [:]
    }

    private let state: Monitor<State>
    private let lock: FileLock
    private let copies: [any AuditCopy]
    package let publicKey: Ed25519.PublicKey

    /// Opens the log, sets aside what a crash left at its end, and makes the key the first time. Nothing is recorded yet.
    package init(
        _ configuration: Configuration, copies: [any AuditCopy] = [],
        now: @escaping @Sendable () -> Date = { Date.now },
        storage: @escaping AuditStorageOpener = { path, isNew throws(SystemError) in
            try FileStorage.open(path, isNew: isNew)
        }
    ) throws(AuditError) {
        let directory = configuration.directory
        try auditing { () throws(SystemError) in
            let owners: Set<UInt32> = [0, CurrentProcess.effectiveUserID]
            // Those above it hold more than the log, and are not for root alone.
            let above = directory.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
            _ = try Directory(making: above, permissions: 0o755, followingLinksOf: owners)
            _ = try Directory(making: directory, permissions: 0o700, followingLinksOf: owners)
        }
        do throws(SystemError) {
            lock = try FileLock(path: "\(directory)/\(AuditName.lock)", patience: configuration.patience)
        } catch {
            throw error.code == .wouldBlock ? .inUse(directory: directory) : .system(error)
        }
        let key = try AuditKey.load(orCreate: configuration.keyPath)
        publicKey = key.publicKey
        self.copies = copies
        state = Monitor(
            State(writer: try AuditWriter(configuration, key: key, now: now, openStorage: storage)))
    }

    /// Masks the secrets of a draft, records it, and returns once it is on disk. An error means that it is not in the log, and what it
    /// was about must not happen.
    @discardableResult
    package func append(_ draft: AuditDraft) throws(AuditError) -> Receipt {
        try wait(for: enqueue([draft]).lowerBound)
    }

    /// Records several in this order, and returns once all are on disk; so many share one wait. After an error some may be in the log,
    /// never a later one without those before it.
    package func append(_ drafts: [AuditDraft]) throws(AuditError) {
        var failure: AuditError?
        // Each outcome is taken, or it would wait for ever.
        for ticket in enqueue(drafts) {
            do throws(AuditError) { try wait(for: ticket) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    private func enqueue(_ drafts: [AuditDraft]) -> Range<UInt64> {
        let drafts = drafts.map(\.masked)
        return state.withLock { state in
            let first = state.nextTicket
            for draft in drafts {
                state.waiting.append((state.nextTicket, draft))
                state.nextTicket += 1
            }
            return first..<state.nextTicket
        }
    }

    @discardableResult
    private func wait(for ticket: UInt64) throws(AuditError) -> Receipt {
        while true {
            switch state.wait(for: { $0.turn(of: ticket) }) {
            case .done(let outcome): return try outcome.get()
            case .write(var writer, let batch):
                let written = writer.commit(batch.map(\.draft))
                let isHeadDue = writer.isHeadDue
                state.change { state in
                    for (entry, outcome) in zip(batch, written.outcomes) { state.outcomes[entry.ticket] = outcome }
                    if !isHeadDue, copies.isEmpty { state.writer = writer }
                }
                // Those whose records are on disk go on; the head and the copies, in the order of the chain, are nobody's wait.
                guard isHeadDue || !copies.isEmpty else { continue }
                if isHeadDue { writer.signDueHead() }
                for entry in written.lines { for copy in copies { copy.copy(entry.record, line: entry.line) } }
                state.change { [writer] in $0.writer = writer }
            }
        }
    }

    /// Signs a head of the log as it is now, puts it beside the log and returns it.
    package func signHead() throws(AuditError) -> SignedHead {
        var writer = takeWriter()
        defer { state.change { [writer] in $0.writer = writer } }
        return try writer.signHead()
    }

    /// Signs a head if records came since the last one and it is old enough; for a timer, because a quiet log has nobody else to.
    package func signHeadIfDue() throws(AuditError) {
        var writer = takeWriter()
        defer { state.change { [writer] in $0.writer = writer } }
        if writer.isHeadDue { _ = try writer.signHead() }
    }

    package var status: Status {
        let writer = takeWriter()
        defer { state.change { $0.writer = writer } }
        return writer.status
    }

    /// Records that wait for the writer.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    private func takeWriter() -> AuditWriter {
        state.wait { state in
            defer { state.writer = nil }
            return state.writer
        }
    }
}

extension AuditLog.State {
    enum Turn {
        case done(Result<AuditLog.Receipt, AuditError>)
        case write(AuditWriter, batch: [(ticket: UInt64, draft: AuditDraft)])
    }

    /// Bytes, roughly, that are written at once.
    private static let batchSize = 4 << 20

    /// What the holder of a ticket is to do now; nil while it has to wait.
    mutating func turn(of ticket: UInt64) -> Turn? {
        if let outcome = outcomes.removeValue(forKey: ticket) { return .done(outcome) }
        guard let writer else { return nil }
        self.writer = nil
        var size = 0
        let count = waiting.prefix { entry in
            defer { size += entry.draft.size }
            return size < Self.batchSize
        }.count
        let batch = Array(waiting.prefix(count))
        waiting.removeFirst(count)
        return .write(writer, batch: batch)
    }
}
