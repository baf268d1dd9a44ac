import Cryptography
import FoundationEssentials
import LinuxSystem
import TestSupport
import Testing

@testable import Auditing

/// What somebody does to a log, and what the verifier makes of it.
@Suite struct AuditVerifierTests {
    /// A change to the lines of a log of ten records, and what it is told as, at which line.
    struct Manipulation: Sendable, CustomTestStringConvertible {
        let name: String
        let kind: AuditProblem.Kind
        let line: Int
        let change: @Sendable (inout [String]) -> Void

        init(
            _ name: String, _ kind: AuditProblem.Kind, _ line: Int,
            _ change: @escaping @Sendable (inout [String]) -> Void
        ) {
            self.name = name
            self.kind = kind
            self.line = line
            self.change = change
        }

        var testDescription: String { name }
    }

    static let manipulations = [
        Manipulation("a letter of the first record changed", .changed, 1) {
            $0[0] = $0[0].replacing("bailey", with: "ballet")
        },
        Manipulation("a letter changed", .changed, 5) { $0[4] = $0[4].replacing("alice", with: "mallo") },
        Manipulation("a letter of the last record changed", .changed, 10) {
            $0[9] = $0[9].replacing("alice", with: "mallo")
        },
        Manipulation("a number changed", .changed, 5) {
            $0[4] = $0[4].replacing("\"sequence\":5", with: "\"sequence\":6")
        },
        Manipulation("a hash changed", .changed, 5) {
            $0[4] = $0[4].dropLast(3) + ($0[4].hasSuffix("0\"}") ? "1\"}" : "0\"}")
        },
        Manipulation("a record changed and hashed anew", .changed, 5) {
            $0[4] = reseal($0[4].replacing("alice", with: "mallo"))
        },
        Manipulation("the hash before changed, and hashed anew", .changed, 5) {
            $0[4] = reseal($0[4].replacing(previous($0[4]), with: previous($0[2])))
        },
        Manipulation("a blank added at the end of a line", .changed, 5) { $0[4] += " " },
        Manipulation("a line emptied of its text", .changed, 5) { $0[4] = "{}" },
        Manipulation("the first record removed", .removed, 1) { $0.remove(at: 0) },
        Manipulation("a record removed", .removed, 5) { $0.remove(at: 4) },
        Manipulation("three records removed", .removed, 5) { $0.removeSubrange(4...6) },
        Manipulation("two neighbours swapped", .reordered, 5) { $0.swapAt(4, 5) },
        Manipulation("two far apart swapped", .reordered, 3) { $0.swapAt(2, 7) },
        Manipulation("a record moved down", .reordered, 3) { $0.insert($0.remove(at: 2), at: 8) },
        Manipulation("a record moved up", .reordered, 3) { $0.insert($0.remove(at: 8), at: 2) },
        Manipulation("the last record moved up", .reordered, 5) { $0.insert($0.remove(at: 9), at: 4) },
        Manipulation("a forged record put in with the number after the last", .inserted, 5) {
            $0.insert(reseal($0[4].replacing("\"sequence\":5", with: "\"sequence\":11")), at: 4)
        },
        Manipulation("a record doubled", .inserted, 6) { $0.insert($0[4], at: 5) },
        Manipulation("an old record put in again", .inserted, 8) { $0.insert($0[2], at: 7) },
        Manipulation("a later record put in as well", .inserted, 4) { $0.insert($0[7], at: 3) },
        Manipulation("a record made up", .inserted, 5) {
            $0.insert(reseal($0[4].replacing("alice", with: "mallo")), at: 4)
        },
        Manipulation("a line of garbage put in", .inserted, 5) { $0.insert("garbage", at: 4) },
        Manipulation("a forged record with a high number put in", .inserted, 5) {
            $0.insert(reseal($0[4].replacing("\"sequence\":5", with: "\"sequence\":500")), at: 4)
        },
    ]

    /// The line with a hash of what it says now.
    static func reseal(_ line: String) -> String {
        String(
            decoding: SealedLine.seal(Array(line.utf8).dropLast(SealedLine.sealLength) + Array("}".utf8)).line,
            as: UTF8.self)
    }

    /// The hash that a line names as the one before it.
    static func previous(_ line: String) -> String { String(line.dropLast(76).suffix(64)) }

    @Test("Each manipulation is named, at the first line that it concerns", arguments: manipulations)
    func manipulation(_ manipulation: Manipulation) throws {
        let directory = try LogDirectory()
        try directory.write(9)
        var lines = try directory.lines()
        manipulation.change(&lines)
        try directory.replace(lines)
        let problem = try #require(try directory.verify().problems.first)
        #expect(problem.kind == manipulation.kind, "\(problem)")
        #expect(problem.place == .init(file: "audit-00000001.jsonl", line: manipulation.line), "\(problem)")
    }

    @Test("A log that nobody touched is sound, and says what it could not see")
    func sound() throws {
        let directory = try LogDirectory()
        try directory.write(9)
        let verification = try directory.verify()
        #expect(verification.isSound)
        #expect(verification.recordCount == 10)
        #expect(verification.last?.sequence == 10)
        #expect(verification.notices.contains { $0.contains("a cut end would not be seen") })
    }

    @Test("A line that is still being written is no damage, but said")
    func unfinished() throws {
        let directory = try LogDirectory()
        try directory.write(2)
        try directory.append(Array("{\"sequence\":4,".utf8))
        let verification = try directory.verify()
        #expect(verification.isSound)
        #expect(verification.recordCount == 3)
        #expect(verification.notices.contains { $0.hasPrefix("audit-00000001.jsonl:4: the last line has no end") })
    }

    @Test("A cut end is told by a head kept elsewhere, and by that alone", arguments: [1, 5])
    func cut(count: Int) throws {
        let directory = try LogDirectory()
        let head = try headAfterWriting(9, in: directory)
        try directory.replace(try directory.lines().dropLast(count))
        #expect(try directory.verify().isSound)
        let problems = try directory.verify(heads: [head]).problems
        #expect(problems.map(\.kind) == [.cut])
        #expect(problems.first?.reason.contains("names record 10; the log ends with record \(10 - count)") == true)
    }

    @Test("A log written anew, in order and with hashes that fit, is told by a head kept elsewhere")
    func rewritten() throws {
        let directory = try LogDirectory()
        let head = try headAfterWriting(9, in: directory)
        var previous: AuditDigest?
        let anew = try directory.lines().map { line in
            var line = line.replacing("alice", with: "mallo")
            if let previous { line = line.replacing(Self.previous(line), with: previous.hexadecimal) }
            line = Self.reseal(line)
            previous = AuditDigest(hexadecimal: line.utf8.dropLast(2).suffix(64))
            return line
        }
        try directory.replace(anew)
        #expect(try directory.verify().isSound)
        let problem = try #require(try directory.verify(heads: [head]).problems.first)
        #expect(problem.kind == .rewritten)
        #expect(problem.place?.line == 10)
    }

    @Test("A head that another key signed, or that was changed, is a problem of its own")
    func forgedHead() throws {
        let directory = try LogDirectory()
        _ = try headAfterWriting(3, in: directory)
        let last = try #require(try directory.records().last)
        let forged = try SignedHead(
            sequence: last.sequence, hash: last.hash, time: last.time, file: "audit-00000001.jsonl",
            signedWith: Ed25519.PrivateKey())
        #expect(try directory.verify(heads: [.init(name: "forged", head: forged)]).problems.map(\.kind) == [.head])
        let path = "log/\(AuditName.head)"
        try directory.open().signHead().write(to: "\(directory.path)/\(AuditName.head)")
        #expect(try directory.verify().isSound)
        try directory.tree.add(
            path, try directory.tree.content(of: path).replacing("\"sequence\":4", with: "\"sequence\":3"))
        #expect(try directory.verify().problems.map(\.kind) == [.head])
        try directory.tree.add(path, "no head")
        #expect(try directory.verify().problems.map(\.kind) == [.head])
    }

    @Test("A file that is missing between two others is records removed")
    func missingFile() throws {
        let directory = try LogDirectory()
        try directory.write(30, rotation: 2000)
        try FileManager.default.removeItem(atPath: "\(directory.path)/audit-00000002.jsonl")
        let problem = try #require(try directory.verify().problems.first)
        #expect(problem.kind == .removed)
        #expect(problem.place == .init(file: "audit-00000003.jsonl", line: 1))
    }

    @Test("A log whose first files were put away is checked from where it begins, and says so")
    func laterStart() throws {
        let directory = try LogDirectory()
        try directory.write(30, rotation: 2000)
        try FileManager.default.removeItem(atPath: "\(directory.path)/audit-00000001.jsonl")
        let verification = try directory.verify()
        #expect(verification.isSound)
        #expect(verification.notices.contains { $0.hasPrefix("the log here begins with record ") })
        let file = "\(directory.path)/audit-00000002.jsonl"
        #expect(try AuditVerifier(path: file, publicKey: nil).verify().isSound)
    }

    @Test("Damage in a later file is named by that file and its line")
    func laterFile() throws {
        let directory = try LogDirectory()
        try directory.write(30, rotation: 2000)
        var lines = try directory.lines("audit-00000003.jsonl")
        lines[2] = lines[2].replacing("alice", with: "mallo")
        try directory.replace(lines, in: "audit-00000003.jsonl")
        #expect(try directory.verify().problems.first?.place == .init(file: "audit-00000003.jsonl", line: 3))
    }

    @Test("What is no log is an error, not a sound log of no records")
    func noLog() throws {
        let tree = try TemporaryTree()
        #expect(throws: AuditError.self) { _ = try AuditVerifier(path: tree.path, publicKey: nil) }
        #expect(throws: AuditError.self) { _ = try AuditVerifier(path: "\(tree.path)/none", publicKey: nil) }
    }

    /// Writes so many records and signs a head of them, which is not kept with the log.
    private func headAfterWriting(_ count: Int, in directory: LogDirectory) throws -> AuditVerifier.KeptHead {
        try directory.write(count)
        let head = try directory.open().signHead()
        try FileManager.default.removeItem(atPath: "\(directory.path)/\(AuditName.head)")
        return AuditVerifier.KeptHead(name: "kept", head: head)
    }
}
