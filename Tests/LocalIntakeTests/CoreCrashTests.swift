import CaseManagement
import Foundation
import LinuxSystem
import SQLite
import Storage
import Synchronization
import TestSupport
import Testing
import Triage

@testable import LocalIntake

/// `bailey-core` as it is built, killed while many producers feed it.
@Suite struct CoreCrashTests {
    static func program(_ name: String = "bailey-core") throws -> String {
        let places = [Bundle.main.bundleURL, URL(filePath: CommandLine.arguments[0])].map {
            $0.deletingLastPathComponent()
        }
        let asked = ProcessInfo.processInfo.environment["BAILEY_PROGRAMS"].map { [URL(filePath: $0)] } ?? []
        let debug = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../.build/debug")
        let near = asked + places + [debug]
        let paths = near.map { $0.appending(path: name).standardized.path }
        return try #require(paths.first { FileManager.default.isExecutableFile(atPath: $0) }, "\(paths)")
    }

    /// 20 in a run of all tests; the gate asks for 200.
    private static var kills: Int { ProcessInfo.processInfo.environment["BAILEY_KILLS"].flatMap(Int.init) ?? 20 }

    @Test(
        "Killed at any instant under load, it has every alert that it acknowledged, and counts none twice when it is sent again"
    )
    func kills() throws {
        let tree = try TemporaryTree()
        let (program, socket) = (try Self.program(), "\(tree.path)/core.sock")
        let sent = Mutex(Set<String>())
        let acknowledged = Mutex(Set<String>())
        var random = SystemRandomNumberGenerator()
        for round in 0..<Self.kills {
            let process = try Self.start(program, tree.path)
            let target = Int.random(in: 1...60, using: &random)
            let count = Atomic(0)
            DispatchQueue.concurrentPerform(iterations: 4) { thread in
                guard var client = try? IntakeClient(path: socket) else { return }
                var number = 0
                while true {
                    let ids = (0..<3).map { "\(round)-\(thread)-\(number)-\($0)" }
                    sent.withLock { $0.formUnion(ids) }
                    guard let response = try? client.send(.init(body: Self.batch(ids))) else { return }
                    #expect(response.status < 300)
                    acknowledged.withLock { $0.formUnion(ids) }
                    number += 1
                    if count.add(1, ordering: .relaxed).newValue == target { kill(process.processIdentifier, SIGKILL) }
                }
            }
            process.waitUntilExit()
            #expect(process.terminationReason == .uncaughtSignal, "it ended by itself")
        }
        #expect(acknowledged.withLock { $0.count } >= Self.kills * 3)

        let process = try Self.start(program, tree.path)
        let stored = try Self.stored(tree.path, of: sent.withLock { $0 })
        #expect(acknowledged.withLock { $0 }.isSubset(of: stored.ids), "something acknowledged is lost")
        #expect(stored.occurrences == stored.ids.count, "what was stored and what was counted differ")
        // Producers that heard nothing send again; so does one that forgot what it heard.
        var client = try IntakeClient(path: socket)
        for id in sent.withLock({ $0 }).sorted() {
            #expect(try client.send(.init(body: Self.batch([id]))).status < 300)
        }
        let all = try Self.stored(tree.path, of: sent.withLock { $0 })
        #expect(all.ids == sent.withLock { $0 })
        #expect(all.occurrences == all.ids.count, "something is counted twice")
        #expect(try StoreReader(DatabaseFile(in: tree.path)).integrityProblems().isEmpty)
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test(
        "On a full disk what is sent is refused with the reason, what was taken stays, and it goes on when there is room",
        .enabled(if: FileSystemUser.isRoot, "mounting needs root"))
    func fullDisk() throws {
        let tree = try TemporaryTree()
        let probe = try Self.program("CoreProbe")
        let script = """
            mount -t tmpfs -o size=3m tmpfs '\(tree.path)' || exit 1
            '\(probe)' fill '\(tree.path)' 20000 2>&1 | grep -o 'no room for' | head -n 1
            mount -o remount,size=200m '\(tree.path)'
            '\(probe)' fill '\(tree.path)' 2000 || exit 1
            """
        let output = try RunningProgram.output(of: ["unshare", "--mount", "sh", "-c", script])
        #expect(output.split(separator: "\n").map(String.init) == ["no room for", "2000"])
        #expect(try tree.names().isEmpty, "the host sees nothing of it")
    }

    @Test("Out of descriptors it keeps producers waiting, and takes what they send once there are some again")
    func descriptors() throws {
        let tree = try TemporaryTree()
        let (limit, socket) = (32, "\(tree.path)/core.sock")
        let errors = Pipe()
        let process = try Self.start(try Self.program(), tree.path, openFiles: limit, errors: errors)
        var held = try (0..<limit).map { _ in try UnixConnection.connect(to: socket, until: .now + .patience) }
        var said = ""
        let reading = errors.fileHandleForReading
        var entry = pollfd(fd: reading.fileDescriptor, events: Int16(POLLIN), revents: 0)
        while !said.contains("Too many open files"), poll(&entry, 1, 120_000) == 1,
            let more = try reading.read(upToCount: 1)
        {
            said += String(decoding: more, as: UTF8.self)
        }
        #expect(said.contains("a producer was not served"), "\(said)")
        held.removeAll()
        var client = try IntakeClient(path: socket)
        #expect(try client.send(.init(body: Self.batch(["a"]))).status == 201)
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    /// Alerts of ten kinds, so that most repeat. The title is told apart by letters: numbers do not count.
    private static func batch(_ ids: [String]) -> [UInt8] {
        let lines = ids.map { id -> String in
            let kind = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"][id.utf8.reduce(0) { ($0 + Int($1)) % 10 }]
            return
                "{\"id\":\"\(id)\",\"title\":\"trojan \(kind)\",\"host\":\"h\",\"user\":\"u\(kind)\",\"note\":\"\(id)\"}"
        }
        return Array(lines.joined(separator: "\n").utf8)
    }

    private static func start(
        _ program: String, _ state: String, openFiles: Int? = nil, errors: Pipe? = nil
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["--state", state]
        if let openFiles {
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = ["-c", #"ulimit -n "$1" && exec "$0" --state "$2""#, program, "\(openFiles)", state]
        }
        let output = Pipe()
        process.standardOutput = output
        if let errors { process.standardError = errors }
        try process.run()
        let line = try output.fileHandleForReading.read(upToCount: 6)
        try #require(line == Data("ready ".utf8), "bailey-core did not start")
        return process
    }

    /// Which of the events were counted, and how often alerts say they came; -1 when another number was counted.
    private static func stored(_ state: String, of sent: Set<String>) throws -> (ids: Set<String>, occurrences: Int) {
        let connection = try DatabaseFile(in: state).openToRead()
        let keys = Set(try connection.all("SELECT key FROM alert_keys") { $0.blob(0) })
        let occurrences = try connection.first("SELECT sum(occurrences) FROM alerts") { $0.integer(0) } ?? 0
        let measured = try connection.first(
            "SELECT sum(count) FROM measures WHERE width = 3600 AND name IN ('alerts/new', 'alerts/repeated')"
        ) { $0.integer(0) }
        #expect(measured == occurrences)
        let ids = try sent.filter { id in
            let alert = try SubmittedAlerts(parsing: batch([id])).items[0].get()
            return keys.contains(try #require(alert.deliveryKey))
        }
        return (ids, keys.count == ids.count ? occurrences : -1)
    }
}
