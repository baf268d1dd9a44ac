import Cryptography
import FoundationEssentials
import LinuxSystem
import TestSupport
import Testing

@testable import Auditing

@Suite struct AuditLogOpeningTests {
    @Test(
        "What a crash left at the end is set aside and recorded, and the chain goes on",
        arguments: [
            #"{"sequence":5,"time":"2026-11-"#, "\u{0}\u{0}\u{0}\u{0}", "garbage\n", "\n", "\n\n\u{0}\n",
            #"{"sequence":5,"time":"2026-11-21T03:04:05.123Z","event":"start"}"# + "\n",
        ])
    func torn(rest: String) throws {
        let directory = try LogDirectory()
        try directory.write(3)
        let before = try directory.lines()
        try directory.append(Array(rest.utf8))
        // An opening that ends before its first record changes nothing about what the next one says.
        _ = try directory.open()
        try directory.write(1)
        #expect(try directory.tree.content(of: "log/audit.torn-5") == rest)
        let records = try directory.records()
        #expect(try Array(directory.lines().prefix(4)) == before)
        #expect(records.map(\.event) == [.logStarted, .start, .start, .start, .tornLine, .start])
        #expect(
            records[4].details == [
                AuditField("file", "audit.torn-5"), AuditField("bytes", rest.utf8.count),
                AuditField("sha256", SHA256.hash(Array(rest.utf8)).hexadecimal),
            ])
        #expect(try directory.verify().isSound)
        try directory.write(1)
        #expect(try directory.records().count { $0.event == .tornLine } == 1)
    }

    @Test("A log that was torn twice at the same number keeps both pieces")
    func tornAgain() throws {
        let directory = try LogDirectory()
        try directory.write(1)
        for rest in ["first", "second", "second"] {
            try directory.append(Array(rest.utf8))
            _ = try directory.open()
        }
        #expect(
            try directory.tree.names(in: "log").filter { $0.hasPrefix("audit.torn") } == [
                "audit.torn-3", "audit.torn-3.2",
            ])
        try directory.write(1)
        #expect(try directory.records().filter { $0.event == .tornLine }.count == 2)
        #expect(try directory.verify().isSound)
    }

    @Test("A file torn before its first record was whole begins with it again")
    func tornFirstRecord() throws {
        let directory = try LogDirectory()
        try directory.tree.addDirectory("log")
        try directory.tree.add("log/audit-00000001.jsonl", #"{"sequence":1,"ti"#)
        try directory.write(1)
        #expect(try directory.records().map(\.event) == [.logStarted, .tornLine, .start])
        #expect(try directory.verify().isSound)
    }

    @Test("A record changed in the middle is left for the verifier, and the chain goes on from the end")
    func damagedMiddle() throws {
        let directory = try LogDirectory()
        try directory.write(5)
        var lines = try directory.lines()
        lines[2] = lines[2].replacing("alice", with: "mallo")
        try directory.replace(lines)
        try directory.write(1)
        #expect(try directory.lines().count == 7)
        #expect(try directory.verify().problems.first?.place == .init(file: "audit-00000001.jsonl", line: 3))
    }

    @Test("Two processes do not write one log")
    func lock() throws {
        let directory = try LogDirectory()
        let first = try directory.open()
        let error = #expect(throws: AuditError.self) {
            var configuration = directory.configuration()
            configuration.patience = .zero
            _ = try AuditLog(configuration)
        }
        #expect(error == .inUse(directory: directory.path))
        try first.append(LogDirectory.draft(1))
    }

    @Test(
        "A file that was cut, added to or removed while the log is open stops the log",
        arguments: ["cut", "added to", "removed"])
    func changedUnderneath(how: String) throws {
        let directory = try LogDirectory()
        let log = try directory.open()
        try log.append(LogDirectory.draft(1))
        let file = "\(directory.path)/audit-00000001.jsonl"
        switch how {
        case "cut": try AppendFile(opening: file).truncate(to: 10)
        case "added to": try directory.append(Array("x\n".utf8))
        default: try FileManager.default.removeItem(atPath: file)
        }
        let error = #expect(throws: AuditError.self) { try log.append(LogDirectory.draft(2)) }
        #expect(error == .changedUnderneath(path: file))
    }

    @Test("The key is made once, for its owner alone, and stays the same")
    func key() throws {
        let directory = try LogDirectory()
        let first = try directory.open().publicKey
        let path = "\(directory.path)/\(AuditName.key)"
        let metadata = try FileTree().metadata(of: path)
        #expect(metadata.permissions == 0o600)
        #expect(metadata.size == 32)
        #expect(try directory.open().publicKey == first)
        #expect(try AuditKey.publicKey("\(directory.path)/\(AuditName.publicKey)") == first)
    }

    @Test(
        "A key that others may read, or that is none, is refused and stays",
        arguments: [(UInt16(0o640), 32), (0o604, 32), (0o600, 31)])
    func unfitKey(mode: UInt16, count: Int) throws {
        let directory = try LogDirectory()
        try directory.tree.addDirectory("log")
        try directory.tree.add("log/audit.key", String(repeating: "k", count: count), .init(mode: mode))
        let error = #expect(throws: AuditError.self) { _ = try directory.open() }
        #expect(error?.description.contains("audit.key") == true)
        #expect(error?.description.contains("kkkk") == false)
        #expect(try directory.tree.content(of: "log/audit.key").count == count)
    }

    @Test("Files are append-only where the file system has that", .enabled(if: FileSystemUser.isRoot, "needs root"))
    func appendOnly() throws {
        let directory = try LogDirectory()
        var configuration = directory.configuration()
        configuration.isAppendOnly = true
        do {
            let log = try AuditLog(configuration)
            try log.append(LogDirectory.draft(1))
            let path = "\(directory.path)/audit-00000001.jsonl"
            if let why = log.status.notAppendOnly {
                #expect(!why.isEmpty)
                return
            }
            #expect(throws: (any Error).self) { try FileManager.default.removeItem(atPath: path) }
            #expect(throws: (any Error).self) { try directory.tree.add("log/audit-00000001.jsonl", "") }
        }
        // A torn end is cut off all the same, by who may lift the flag.
        try directory.append(Array("torn".utf8))
        try AuditLog(configuration).append(LogDirectory.draft(2))
        #expect(try directory.verify().isSound)
        #expect(throws: (any Error).self) { try directory.tree.add("log/audit-00000001.jsonl", "") }
        try AppendFile(opening: "\(directory.path)/audit-00000001.jsonl").setAppendOnly(false)
    }
}
