import Auditing
import Cryptography
import FoundationEssentials
import LinuxSystem
import TestSupport
import Testing

/// A log in a directory of a test's own.
struct LogDirectory {
    let tree: TemporaryTree
    var path: String { "\(tree.path)/log" }

    init() throws { tree = try TemporaryTree() }

    func configuration(rotation: Int64 = 64 << 20, records: UInt64 = 1000) -> AuditLog.Configuration {
        var configuration = AuditLog.Configuration(directory: path)
        configuration.rotationSize = rotation
        configuration.recordsPerHead = records
        // Else the directory could not be removed.
        configuration.isAppendOnly = false
        // A program that another test starts has a copy of the lock's descriptor between fork and exec.
        configuration.patience = .seconds(10)
        return configuration
    }

    func open(rotation: Int64 = 64 << 20, records: UInt64 = 1000) throws -> AuditLog {
        try AuditLog(configuration(rotation: rotation, records: records))
    }

    /// Appends so many records with a log of its own, and closes it.
    func write(_ count: Int, rotation: Int64 = 64 << 20) throws {
        let log = try open(rotation: rotation)
        for number in 1...count { try log.append(Self.draft(number)) }
    }

    static func draft(_ number: Int, event: AuditEvent = .start) -> AuditDraft {
        AuditDraft(event, request: "r-\(number)", actor: "alice(1000)", details: [AuditField("number", number)])
    }

    func verify(heads: [AuditVerifier.KeptHead] = []) throws -> AuditVerification {
        let key = try AuditKey.publicKey("\(path)/\(AuditName.publicKey)")
        return try AuditVerifier(path: path, heads: heads, publicKey: key).verify()
    }

    var files: [String] { get throws { try tree.names(in: "log").filter { $0.hasSuffix(".jsonl") } } }

    func lines(_ file: String = "audit-00000001.jsonl") throws -> [String] {
        try tree.content(of: "log/\(file)").split(separator: "\n").map(String.init)
    }

    func records(_ file: String = "audit-00000001.jsonl") throws -> [AuditRecord] {
        try lines(file).map { try AuditRecord(line: Array($0.utf8)[...]) }
    }

    func replace(_ lines: [String], in file: String = "audit-00000001.jsonl") throws {
        try tree.add("log/\(file)", lines.map { "\($0)\n" }.joined())
    }

    func append(_ bytes: [UInt8], to file: String = "audit-00000001.jsonl") throws {
        try AppendFile(opening: "\(path)/\(file)").write(bytes)
    }
}

/// Runs the same on so many threads, and returns what each came to.
@discardableResult
func together<Result: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) -> Result) throws -> [Result] {
    guard count > 0 else { return [] }
    let thread = try OwnThread { body(count) }
    let others = try together(count - 1, body)
    return others + [thread.join()]
}
