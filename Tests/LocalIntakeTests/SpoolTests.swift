import CaseManagement
import Foundation
import LinuxSystem
import Storage
import TestSupport
import Testing
import Triage

@testable import LocalIntake

/// A core behind its socket, in this process.
final class ServedCore {
    let tree: TemporaryTree
    let core: Core
    let path: String
    /// What its log has.
    let failures = Monitor<[String]>([])
    private let stop: Monitor<Bool>

    init(_ tree: TemporaryTree) throws {
        self.tree = tree
        path = "\(tree.path)/core.sock"
        let core = try Core(
            WriteQueue(DatabaseFile(in: tree.path), now: 0), clock: { EventTime(milliseconds: 1_800_000_000_000) })
        self.core = core
        let server = try IntakeServer(path: path, core: core) { [failures] line in
            failures.change { $0.append(line) }
        }
        let stop = Monitor(false)
        self.stop = stop
        try OwnThread {
            while !stop.withLock({ $0 }) {
                var entries = [PollEntry(server.pollNumber)]
                guard (try? poll(&entries, until: .now + .milliseconds(20))) != nil else { return }
                if entries[0].isReadable { try? server.acceptNext() }
            }
        }.detach()
    }

    deinit { stop.change { $0 = true } }

    func occurrences() throws -> Int {
        try StoreReader(core.queue.file).alerts(AlertFilter()).reduce(0) { $0 + $1.occurrences }
    }
}

@Suite struct SpoolTests {
    let tree: TemporaryTree
    let spool: Spool
    let nowhere: String

    init() throws {
        tree = try TemporaryTree()
        spool = try Spool("\(tree.path)/spool")
        nowhere = "\(tree.path)/nobody.sock"
    }

    private func batch(_ number: Int) -> [UInt8] { Array("{\"title\":\"finding \(number) without an id\"}".utf8) }

    @Test("What cannot be delivered is kept on disk, and delivered later in order, once")
    func keptAndDelivered() throws {
        for number in 1...3 { #expect(try !spool.send(batch(number), to: nowhere)) }
        #expect(try spool.waiting().map(\.sequence) == [1, 2, 3])
        let core = try ServedCore(tree)
        #expect(try spool.deliver(to: core.path).delivered == 3)
        #expect(try spool.waiting().isEmpty)
        #expect(try spool.deliver(to: core.path).delivered == 0)
        #expect(try core.occurrences() == 3)
        #expect(try spool.send(batch(4), to: core.path))
        #expect(try core.occurrences() == 4)
    }

    @Test("A batch whose answer was lost is sent again and counted once")
    func lostAnswer() throws {
        #expect(try !spool.send(batch(1), to: nowhere))
        let kept = try tree.content(of: "spool/1.batch")
        let core = try ServedCore(tree)
        #expect(try spool.deliver(to: core.path).delivered == 1)
        // As if the producer had died before it removed the file.
        try tree.add("spool/1.batch", kept)
        #expect(try spool.deliver(to: core.path).delivered == 1)
        #expect(try core.occurrences() == 1)
        // The next one has a number of its own.
        #expect(try spool.send(batch(1), to: core.path))
        #expect(try core.occurrences() == 2)
    }

    @Test("A full spool refuses and keeps what it has")
    func full() throws {
        let small = try Spool("\(tree.path)/small", limit: 100)
        #expect(try !small.send(batch(1), to: nowhere))
        #expect(try !small.send(batch(2), to: nowhere))
        #expect(throws: IntakeError.spoolFull(path: small.directory, limit: 100)) { try small.keep(batch(3)) }
        #expect(try small.waiting().map(\.sequence) == [1, 2])
    }

    @Test("A batch that the core refuses for good does not block those behind it")
    func refused() throws {
        try spool.keep(Array("not json".utf8))
        try spool.keep(batch(2))
        let core = try ServedCore(tree)
        let result = try spool.deliver(to: core.path)
        #expect(result.delivered == 2 && result.refused.count == 1)
        #expect(try core.occurrences() == 1)
    }

    @Test("Why the store did not take what was sent is in the log; who sent it is told without where the store is")
    func storeRefuses() throws {
        let core = try ServedCore(tree)
        core.core.queue.close()
        var client = try IntakeClient(path: core.path)
        let answer = try client.send(.init(body: batch(1)))
        #expect(answer.status == 503)
        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(text.contains("the core is ending") && !text.contains(tree.path) && !text.contains("/"), "\(text)")
        let lines = core.failures.withLock { $0 }
        #expect(lines.count == 1 && lines[0].contains(core.core.queue.file.path), "\(lines)")
        #expect(lines[0].hasPrefix("user \(CurrentProcess.effectiveUserID) 503: "), "\(lines)")
    }

    @Test("Files of the spool are for their owner alone")
    func permissions() throws {
        try spool.keep(batch(1))
        let files = FileTree.self
        #expect(try files.init().metadata(of: spool.directory).permissions == 0o700)
        #expect(try files.init().metadata(of: "\(spool.directory)/1.batch").permissions == 0o600)
    }

    @Test(
        "What is no request is answered with the reason and the end of the connection",
        arguments: [
            "GET / HTTP/1.1\r\n", "BATCH - 0 99999999999\n", "BATCH ../x 0 2\n{}", "BATCH - -1 2\n{}", "BATCH - 0\n",
            "\n",
        ])
    func garbage(text: String) throws {
        let core = try ServedCore(tree)
        let connection = try UnixConnection.connect(to: core.path, until: .now + .patience)
        try connection.send(Array(text.utf8), until: .now + .patience)
        let answer = try connection.receive(atMost: 4096, until: .now + .patience).bytes
        #expect(String(decoding: answer, as: UTF8.self).hasPrefix("413 "))
        var client = try IntakeClient(path: core.path)
        #expect(try client.send(.init(body: batch(1))).status == 201)
    }
}
