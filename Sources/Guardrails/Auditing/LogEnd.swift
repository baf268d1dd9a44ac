internal import Cryptography
internal import LinuxSystem

/// Where a log that was written before ends.
///
/// A crash, a full disk or a power cut can leave something after the last record: half a line, a stretch of zeros. It is copied to a file
/// beside the log and cut off, and the next record says so. Only what is no record is cut: what a whole line says is left for
/// `bailey audit verify` to judge.
struct LogEnd {
    /// The last file; nil when there is none yet.
    var file: AuditFile?
    var size: Int64 = 0
    var last: AuditWriter.Link = (0, .none, nil)
    var notices: [AuditDraft] = []

    static func find(in directory: String) throws(AuditError) -> LogEnd {
        let files = try AuditFile.all(in: directory)
        guard let newest = files.last else { return LogEnd() }
        var end = LogEnd(file: newest)
        // The newest is empty when the crash came right after a rotation; the chain then ends in the one before.
        for file in files.reversed() {
            let tail = try Tail(reading: "\(directory)/\(file.name)")
            guard tail.size > 0 else { continue }
            if let record = tail.last { end.last = (record.sequence, record.hash, record.time) }
            if tail.goodSize < tail.size { try tail.setAside(in: directory, before: end.last.sequence + 1) }
            if file == newest { end.size = tail.goodSize }
            if tail.last != nil { break }
        }
        end.notices = try torn(in: directory, before: end.last.sequence + 1)
        return end
    }

    /// A record for each file set aside since the last record, in this opening or in one that was cut short.
    private static func torn(in directory: String, before sequence: UInt64) throws(AuditError) -> [AuditDraft] {
        let stem = AuditName.torn(sequence)
        let names = try AuditFile.names(in: directory).filter { $0 == stem || $0.hasPrefix("\(stem).") }.sorted()
        var drafts: [AuditDraft] = []
        for name in names where !name.hasSuffix(".partial") {
            let path = "\(directory)/\(name)"
            let bytes = try auditing { () throws(SystemError) in
                try FileDescriptor.open(forReading: path).readPrefix(limit: Tail.limit, subject: path).bytes
            }
            let details = [
                AuditField("file", name), AuditField("bytes", bytes.count),
                AuditField("sha256", SHA256.hash(bytes).hexadecimal),
            ]
            drafts.append(AuditDraft(.tornLine, actor: AuditWriter.actor, details: details))
        }
        return drafts
    }
}

/// The end of one file: its last record and how far the file is good.
private struct Tail {
    /// What is looked through for a record. A batch is smaller.
    static let limit = 16 << 20

    let path: String
    let size: Int64
    var goodSize: Int64
    var last: AuditRecord?
    private var rest: [UInt8] = []

    init(reading path: String) throws(AuditError) {
        self.path = path
        let (size, bytes) = try auditing { () throws(SystemError) in
            let file = try FileDescriptor.open(forReading: path)
            let size = try file.metadata(subject: path).size
            let count = min(size, Int64(Self.limit))
            return (size, try file.bytes(Int(count), at: size - count, subject: path))
        }
        self.size = size
        // From the end, line by line: the first that is whole and says its own hash is the last record.
        var end = bytes.count
        while end > 0 {
            let lineEnd = bytes[end - 1] == 0x0a ? end - 1 : end
            let start = bytes[..<lineEnd].lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
            // Why another line is no record does not matter: it is set aside as it is.
            if lineEnd < end, let record = try? AuditRecord(line: bytes[start..<lineEnd]) {
                last = record
                break
            }
            end = start
        }
        guard end > 0 || bytes.count == Int(size) else {
            throw .unfit(
                path: path, why: "no record in its last \(Self.limit >> 20) MiB; move the log away to begin a new one")
        }
        goodSize = size - Int64(bytes.count - end)
        rest = Array(bytes[end...])
    }

    func setAside(in directory: String, before sequence: UInt64) throws(AuditError) {
        let target = try unusedPath("\(directory)/\(AuditName.torn(sequence))")
        try auditing { () throws(SystemError) in
            let copy = try AtomicFile(replacing: target, permissions: 0o600)
            try copy.write(rest)
            try copy.commit()
            try Directory(opening: directory).sync()
            let file = try AppendFile(opening: path)
            try file.truncate(to: goodSize)
            try file.sync()
        }
    }

    /// The same content set aside before, in an opening that was cut short, takes the same name.
    private func unusedPath(_ path: String) throws(AuditError) -> String {
        for candidate in [path] + (2...100).map({ "\(path).\($0)" }) {
            let isFree = try auditing { () throws(SystemError) in
                guard try FileTree().exists(candidate) else { return true }
                return try FileDescriptor.open(forReading: candidate).readPrefix(limit: Self.limit, subject: candidate)
                    .bytes == rest
            }
            if isFree { return candidate }
        }
        throw .unfit(path: path, why: "is there a hundred times; look into what damages this log, and move them away")
    }
}
