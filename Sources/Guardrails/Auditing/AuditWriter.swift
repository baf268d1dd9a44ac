internal import Cryptography
internal import LinuxSystem

internal import struct FoundationEssentials.Date

/// The end of the chain and the file that it grows in. One thread at a time has it.
///
/// What is known to be on disk ends at `size` with `last`. A batch that fails is cut off again, and `last` stays: the next record takes
/// the place of the one that failed. While the cut cannot be made nothing else is written either.
struct AuditWriter {
    typealias Link = (sequence: UInt64, hash: AuditDigest, time: AuditTime?)

    private let configuration: AuditLog.Configuration
    private let key: Ed25519.PrivateKey
    private let now: @Sendable () -> Date
    private let openStorage: AuditStorageOpener

    private var file: AuditFile
    private var storage: any AuditStorage
    private var size: Int64
    private var last: Link
    /// The file may end in something that is no record.
    private var isDirty = false
    /// What the log has to say of itself before the next record.
    private var notices: [AuditDraft]
    private var notAppendOnly: String?

    private var headSequence: UInt64
    private var headInstant: ContinuousClock.Instant
    private var headFailure: AuditError?

    static let actor = "bailey-broker"

    init(
        _ configuration: AuditLog.Configuration, key: Ed25519.PrivateKey, now: @escaping @Sendable () -> Date,
        openStorage: @escaping AuditStorageOpener
    ) throws(AuditError) {
        self.configuration = configuration
        self.key = key
        self.now = now
        self.openStorage = openStorage
        let end = try LogEnd.find(in: configuration.directory)
        last = end.last
        size = end.size
        notices = end.notices
        file = end.file ?? AuditFile(number: 1)
        headSequence = 0
        headInstant = .now
        let path = "\(configuration.directory)/\(file.name)"
        let isNew = end.file == nil
        storage = try auditing { () throws(SystemError) in try openStorage(path, isNew) }
        makeAppendOnly()
        try publishKey()
    }

    var status: AuditLog.Status {
        AuditLog.Status(
            last: AuditLog.Receipt(sequence: last.sequence, hash: last.hash), notAppendOnly: notAppendOnly,
            headFailure: headFailure)
    }

    private func path(_ name: String) -> String { "\(configuration.directory)/\(name)" }

    private mutating func makeAppendOnly() {
        guard configuration.isAppendOnly else { return }
        do throws(SystemError) {
            try storage.makeAppendOnly()
            notAppendOnly = nil
        } catch {
            notAppendOnly = "\(error)"
        }
    }

    private func publishKey() throws(AuditError) {
        try AuditKey.publish(key.publicKey, at: path(AuditName.publicKey))
    }
}

// MARK: Writing

extension AuditWriter {
    struct Written {
        /// One for each draft, in order.
        var outcomes: [Result<AuditLog.Receipt, AuditError>]
        /// What is on disk now, the log's own records among them.
        var lines: [(record: AuditRecord, line: [UInt8])]
    }

    /// Puts all drafts that fit a line on disk, or none of them.
    mutating func commit(_ drafts: [AuditDraft]) -> Written {
        do throws(AuditError) {
            try repair()
            try rotateIfFull()
            return try write(drafts)
        } catch {
            return Written(outcomes: drafts.map { _ in .failure(error) }, lines: [])
        }
    }

    private mutating func write(_ drafts: [AuditDraft]) throws(AuditError) -> Written {
        var link = last
        var lines: [(record: AuditRecord, line: [UInt8])] = []
        for draft in ownDrafts(before: link) { lines.append(next(draft, &link)) }
        var outcomes: [Result<AuditLog.Receipt, AuditError>] = []
        for draft in drafts {
            var after = link
            var entries: [(record: AuditRecord, line: [UInt8])] = []
            if let step = clockStep(after: link) { entries.append(next(step, &after)) }
            let entry = next(draft, &after)
            guard entry.line.count < AuditRecord.lengthLimit else {
                outcomes.append(.failure(.tooLong(bytes: entry.line.count)))
                continue
            }
            link = after
            lines += entries + [entry]
            outcomes.append(.success(AuditLog.Receipt(sequence: entry.record.sequence, hash: entry.record.hash)))
        }
        guard !lines.isEmpty else { return Written(outcomes: outcomes, lines: []) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(lines.reduce(0) { $0 + $1.line.count + 1 })
        for entry in lines {
            bytes += entry.line
            bytes.append(0x0a)
        }
        try store(bytes)
        last = link
        notices = []
        return Written(outcomes: outcomes, lines: lines)
    }

    private mutating func store(_ bytes: [UInt8]) throws(AuditError) {
        let storage = storage
        let state = try auditing { () throws(SystemError) in try storage.state() }
        guard state.size == size, state.isLinked else { throw .changedUnderneath(path: path(file.name)) }
        isDirty = true
        do throws(SystemError) {
            try storage.write(bytes)
            try storage.sync()
            // Without this a power cut may take a new file's name, and with it records that were synced.
            if size == 0 { try Directory(opening: configuration.directory).sync() }
        } catch {
            // Cut off at once: what is not acknowledged shall not stand in the log if that can be helped.
            try? repair()  // the next batch tries again, and fails if it cannot
            throw .system(error)
        }
        isDirty = false
        size += Int64(bytes.count)
    }

    private mutating func repair() throws(AuditError) {
        guard isDirty else { return }
        let (storage, size) = (storage, size)
        try auditing { () throws(SystemError) in
            try storage.truncate(to: size)
            try storage.sync()
        }
        isDirty = false
    }

    private func next(_ draft: AuditDraft, _ link: inout Link) -> (record: AuditRecord, line: [UInt8]) {
        let made = AuditRecord.make(draft, sequence: link.sequence + 1, time: AuditTime(now()), after: link.hash)
        link = (made.record.sequence, made.record.hash, made.record.time)
        return made
    }

    /// What the log says of itself before anything else: the first record of a file, then what happened at its end.
    private func ownDrafts(before link: Link) -> [AuditDraft] {
        guard size == 0 else { return notices }
        let key = AuditField("key", key.publicKey.rawBytes.hexadecimal)
        guard link.sequence > 0 else {
            return [AuditDraft(.logStarted, actor: Self.actor, details: [key])] + notices
        }
        let before = AuditFile(number: file.number - 1)
        let details = [
            AuditField("file", before.name), AuditField("sequence", link.sequence),
            AuditField("hash", link.hash.hexadecimal), key,
        ]
        return [AuditDraft(.logRotated, actor: Self.actor, details: details)] + notices
    }

    private func clockStep(after link: Link) -> AuditDraft? {
        guard let before = link.time, AuditTime(now()) < before else { return nil }
        return AuditDraft(.clockSteppedBack, actor: Self.actor, details: [AuditField("from", before.description)])
    }

    /// Closes a file that is full, with a head of its own, and begins the next.
    private mutating func rotateIfFull() throws(AuditError) {
        guard size >= configuration.rotationSize else { return }
        try signHead().write(to: path(file.headName))
        let next = AuditFile(number: file.number + 1)
        let (path, open) = (path(next.name), openStorage)
        storage = try auditing { () throws(SystemError) in try open(path, true) }
        file = next
        size = 0
        makeAppendOnly()
    }
}

// MARK: Heads

extension AuditWriter {
    var isHeadDue: Bool {
        let count = last.sequence - min(headSequence, last.sequence)
        return count >= configuration.recordsPerHead
            || (count > 0 && headInstant.duration(to: .now) >= configuration.timePerHead)
    }

    mutating func signHead() throws(AuditError) -> SignedHead {
        let head = try SignedHead(
            sequence: last.sequence, hash: last.hash, time: AuditTime(now()), file: file.name, signedWith: key)
        try head.write(to: path(AuditName.head))
        headSequence = last.sequence
        headInstant = .now
        headFailure = nil
        return head
    }

    /// A head that cannot be signed is no reason to refuse a record that is on disk; the next record tries again.
    mutating func signDueHead() {
        do throws(AuditError) { _ = try signHead() } catch { headFailure = error }
    }
}
