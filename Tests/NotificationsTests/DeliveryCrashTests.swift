import CaseManagement
import Foundation
import JSON
import LinuxSystem
import Storage
import TestSupport
import Testing
import Triage

@testable import Notifications

/// `bailey-core` as it is built, killed while it tells.
@Suite struct DeliveryCrashTests {
    @Test(
        "Killed at any instant while it delivers, everything is told in the end, under one key each, and recorded as sent"
    )
    func kills() throws {
        let tree = try TemporaryTree()
        let receiver = try Receiver("http_receiver.py")
        try tree.add("policies/key", "s3cret", .init(mode: 0o600))
        try tree.add(
            "policies/alerts-policy.yaml",
            """
            schema: 1
            channels: [{id: hook, kind: webhook, attempts: 100, url: "http://127.0.0.1:\(receiver.address)/", key_file: \(tree.path)/policies/key}]
            rules: [{id: all, channels: hook}]
            """)
        let program = try Self.program()
        let socket = "\(tree.path)/core.sock"
        var requests: [SeenRequest] = []
        var random = SystemRandomNumberGenerator()
        for round in 0..<5 {
            let core = try Self.start(program, tree.path)
            try Self.send((0..<5).map { "round-\(round)-\($0)" }, to: socket)
            // Killed once the receiver has got some of it, at a point that differs.
            let target = Int.random(in: 1...4, using: &random)
            var count = 0
            while count < target {
                let new = try receiver.received().map(SeenRequest.init)
                requests += new
                count += new.count
            }
            core.terminateBySignal(9)
        }
        let core = try Self.start(program, tree.path)
        while try NotificationRecord.all(in: StoreReader(DatabaseFile(in: tree.path)), state: .sent, limit: 1000).count
            < 25
        {
            requests += try receiver.received().map(SeenRequest.init)
        }
        requests += try receiver.received().map(SeenRequest.init)
        core.terminateBySignal(15)
        var titles: [String: Set<String>] = [:]
        for request in requests {
            let (key, title) = (
                try #require(request.headers["idempotency-key"]), try #require(try request.json["title"] as? String)
            )
            titles[title, default: []].insert(key)
        }
        #expect(titles.count == 25, "something was never told")
        #expect(titles.values.allSatisfy { $0.count == 1 }, "a second delivery had another key")
        #expect(Set(titles.values.flatMap(\.self)).count == 25)
    }

    static func program() throws -> String {
        let places = [Bundle.main.bundleURL, URL(filePath: CommandLine.arguments[0])].map {
            $0.deletingLastPathComponent()
        }
        let near = places + [URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../.build/debug")]
        let paths = near.map { $0.appending(path: "bailey-core").standardized.path }
        return try #require(paths.first { FileManager.default.isExecutableFile(atPath: $0) }, "\(paths)")
    }

    private static func start(_ program: String, _ state: String) throws -> RunningCore {
        try RunningCore([program, "--state", state, "--policies", "\(state)/policies"])
    }

    /// Alerts on hosts of their own, so that each opens a case, by the local socket's protocol.
    private static func send(_ names: [String], to socket: String) throws {
        let lines = names.map { "{\"title\":\"trojan on \($0)\",\"host\":\"\($0)\",\"severity\":\"high\"}" }
        let body = lines.joined(separator: "\n")
        let connection = try UnixConnection.connect(to: socket, until: .now + .patience)
        let deadline = ContinuousClock.now + .patience
        try connection.send(Array("BATCH - 0 \(body.utf8.count)\n\(body)".utf8), until: deadline)
        let answer = String(decoding: try connection.receive(atMost: 64, until: deadline).bytes, as: UTF8.self)
        try #require(answer.hasPrefix("201 "))
    }
}

/// A core that says when it is ready, and ends by a signal.
final class RunningCore {
    private let process: SpawnedProcess

    init(_ arguments: [String]) throws {
        let output = Pipe()
        let null = try FileHandle(forUpdating: URL(filePath: "/dev/null"))
        process = try SpawnedProcess(
            arguments, input: null.fileDescriptor, output: output.fileHandleForWriting.fileDescriptor,
            errors: null.fileDescriptor)
        try output.fileHandleForWriting.close()
        try #require(try output.fileHandleForReading.read(upToCount: 6) == Data("ready ".utf8))
    }

    func terminateBySignal(_ number: Int32) {
        process.signal(number)
        process.wait()
    }

    deinit { terminateBySignal(9) }
}
