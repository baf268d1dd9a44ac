import Cryptography
import FoundationEssentials
import LinuxSystem
import Synchronization
import TestSupport
import Testing

@testable import Auditing

@Suite struct AuditLogTests {
    @Test("Records are numbered from 1 without a gap, each naming the hash of the one before")
    func chain() throws {
        let directory = try LogDirectory()
        try directory.write(5)
        try directory.write(3)
        let records = try directory.records()
        #expect(records.map(\.sequence) == Array(1...9))
        #expect(records.map(\.event) == [.logStarted] + Array(repeating: .start, count: 8))
        #expect(records.first?.previous == AuditDigest.none)
        for (before, record) in zip(records, records.dropFirst()) { #expect(record.previous == before.hash) }
        #expect(try directory.verify().isSound)
    }

    @Test("What is written is read back the same, whatever is in it")
    func roundTrip() throws {
        let directory = try LogDirectory()
        let texts = [
            "", "plain", "quote \" slash \\ / line\nend\r\ttab", "\u{0}\u{1b}[31m\u{7f}\u{9b}", "ä😀\u{202e}\u{2028}",
            "</script>",
        ]
        let details =
            texts.enumerated().map { AuditField("field \($0.offset) \($0.element)", $0.element) } + [
                AuditField("list", .list(texts)), AuditField("none", .list([])), AuditField("yes", .flag(true)),
                AuditField("no", .flag(false)), AuditField("number", Int64.min), AuditField("most", Int64.max),
            ]
        try directory.open().append(AuditDraft(.finish, request: nil, actor: texts[4], details: details))
        let record = try #require(try directory.records().last)
        #expect(record.details == details)
        #expect(record.actor == texts[4])
        #expect(record.request == nil)
        #expect(try directory.lines().count == 2)
        #expect(try directory.verify().isSound)
    }

    @Test("Appenders that come while the disk is busy share the next sync")
    func sharedSync() throws {
        let directory = try LogDirectory()
        let plan = Monitor(FaultyStorage.Plan())
        let opened = Monitor<AuditLog?>(nil)
        let isSyncing = Monitor(false)
        let log = try AuditLog(
            directory.configuration(),
            storage: FaultyStorage.opener(plan) {
                // The first sync, of one record alone, takes until everybody else waits.
                guard plan.withLock({ $0.syncs }) == 1, let log = opened.withLock({ $0 }) else { return }
                isSyncing.change { $0 = true }
                while log.waitingCount < 49 {}
            })
        opened.change { $0 = log }
        let receipts = try together(50) { number in
            if number > 1 { isSyncing.wait { $0 ? () : nil } }
            return try? log.append(LogDirectory.draft(number))
        }
        opened.change { $0 = nil }
        #expect(Set(receipts.compactMap { $0?.sequence }) == Set(2...51))
        #expect(plan.withLock { $0.syncs } == 2)
        #expect(try directory.verify().recordCount == 51)
    }

    @Test(
        "A record that the disk did not take is an error, leaves nothing behind, and its number goes to the next",
        arguments: [0, 1, 200, 5000])
    func fullDisk(room: Int) throws {
        let directory = try LogDirectory()
        let plan = Monitor(FaultyStorage.Plan())
        let log = try AuditLog(directory.configuration(), storage: FaultyStorage.opener(plan))
        let first = try log.append(LogDirectory.draft(1))
        let before = try directory.lines()
        plan.change { $0.room = room }
        let error = #expect(throws: AuditError.self) { try log.append(LogDirectory.draft(2)) }
        #expect(error?.description.contains("No space left on device") == true)
        #expect(try directory.lines() == before)
        #expect(log.status.last == first)
        plan.change { $0.room = nil }
        #expect(try log.append(LogDirectory.draft(3)).sequence == first.sequence + 1)
        #expect(try directory.verify().isSound)
    }

    @Test("A sync that failed is an error, and what it was to make durable is cut off before anything else is written")
    func failedSync() throws {
        let directory = try LogDirectory()
        let plan = Monitor(FaultyStorage.Plan())
        let log = try AuditLog(directory.configuration(), storage: FaultyStorage.opener(plan))
        try log.append(LogDirectory.draft(1))
        plan.change { ($0.failsSync, $0.failsTruncate) = (true, true) }
        #expect(throws: AuditError.self) { try log.append(LogDirectory.draft(2)) }
        // As long as the cut fails nothing is recorded, even where writing would do.
        plan.change { $0.failsSync = false }
        #expect(throws: AuditError.self) { try log.append(LogDirectory.draft(3)) }
        plan.change { $0.failsTruncate = false }
        #expect(try log.append(LogDirectory.draft(4)).sequence == 3)
        #expect(try directory.records().map(\.request) == [nil, "r-1", "r-4"])
        #expect(try directory.verify().isSound)
    }

    @Test("A record longer than a line may be is refused alone")
    func tooLong() throws {
        let directory = try LogDirectory()
        let log = try directory.open()
        let long = AuditDraft(.start, actor: "a", details: [AuditField("text", String(repeating: "x", count: 1 << 20))])
        let error = #expect(throws: AuditError.self) { try log.append(long) }
        guard case .tooLong = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try log.append(LogDirectory.draft(1)).sequence == 2)
        #expect(try directory.verify().isSound)
    }

    @Test("A full file is closed with a signed head, and the next begins with the hash it ends with")
    func rotation() throws {
        let directory = try LogDirectory()
        try directory.write(30, rotation: 2000)
        try directory.write(10, rotation: 2000)
        let files = try directory.files
        #expect(files.count > 3)
        for (before, file) in zip(files, files.dropFirst()) {
            let last = try #require(try directory.records(before).last)
            let first = try #require(try directory.records(file).first)
            #expect(first.event == .logRotated)
            #expect(first.previous == last.hash)
            #expect(first.details.contains(AuditField("hash", last.hash.hexadecimal)))
            #expect(first.details.contains(AuditField("file", before)))
            let head = try SignedHead.read("\(directory.path)/\(before.dropLast(6)).head")
            #expect(head.sequence == last.sequence)
            #expect(head.hash == last.hash)
        }
        let verification = try directory.verify()
        #expect(verification.isSound)
        #expect(verification.recordCount == UInt64(40 + files.count))
        #expect(verification.checkedHeads >= files.count - 1)
    }

    @Test("A crash between making a file and its first record loses nothing")
    func emptyFile() throws {
        let directory = try LogDirectory()
        try directory.write(3)
        try directory.tree.add("log/audit-00000002.jsonl", "")
        try directory.write(1)
        #expect(try directory.records("audit-00000002.jsonl").map(\.event) == [.logRotated, .start])
        #expect(try directory.verify().isSound)
    }

    @Test("A clock that goes back is recorded, and order stays that of the numbers")
    func clockStep() throws {
        let directory = try LogDirectory()
        let clock = Monitor(Date(timeIntervalSince1970: 1_800_000_000))
        let log = try AuditLog(directory.configuration(), now: { clock.withLock { $0 } })
        try log.append(LogDirectory.draft(1))
        clock.change { $0 = Date(timeIntervalSince1970: 1_700_000_000) }
        try log.append(LogDirectory.draft(2))
        try log.append(LogDirectory.draft(3))
        #expect(try directory.records().map(\.event) == [.logStarted, .start, .clockSteppedBack, .start, .start])
        #expect(try directory.records()[2].details == [AuditField("from", "2027-01-15T08:00:00.000Z")])
        let verification = try directory.verify()
        #expect(verification.isSound)
        #expect(verification.notices.contains { $0.contains("the clock went back 1 times") })
    }

    @Test("Heads are signed after so many records, after so long, and on demand")
    func heads() throws {
        let directory = try LogDirectory()
        var configuration = directory.configuration(records: 4)
        configuration.timePerHead = .seconds(1_000_000)
        let log = try AuditLog(configuration)
        let path = "\(directory.path)/\(AuditName.head)"
        for number in 1...2 { try log.append(LogDirectory.draft(number)) }
        #expect(try !FileTree().exists(path))
        try log.append(LogDirectory.draft(3))
        #expect(try SignedHead.read(path).sequence == 4)
        try log.append(LogDirectory.draft(4))
        try log.signHeadIfDue()
        #expect(try SignedHead.read(path).sequence == 4)
        let head = try log.signHead()
        #expect(head.sequence == 5)
        #expect(head.isSigned(by: log.publicKey))
        #expect(try SignedHead.read(path) == head)
        #expect(log.status.headFailure == nil)
    }

    @Test("A secret in a command line, a text or under a telling name does not reach the file")
    func masking() throws {
        let directory = try LogDirectory()
        let details = [
            AuditField("argv", .arguments(["mysql", "-phunter2", "--password", "hunter2"])),
            AuditField("reason", "log in with token=hunter2"), AuditField("DB_PASSWORD", "hunter2"),
            AuditField("environment", .list(["PGPASSWORD=hunter2"])),
        ]
        try directory.open().append(AuditDraft(.request, actor: "alice(1000)", details: details))
        let text = try directory.tree.content(of: "log/audit-00000001.jsonl")
        #expect(!text.contains("hunter2"))
        #expect(text.contains(#""argv":["mysql","-p[masked]","--password","[masked]"]"#))
    }

    @Test("Every event has a raw value of its own form, and those of the issue are all there")
    func events() {
        for event in AuditEvent.allCases {
            #expect(event.rawValue.allSatisfy { $0.isLowercase || $0 == "_" })
        }
        #expect(AuditEvent.allCases.count == 19)
    }
}
