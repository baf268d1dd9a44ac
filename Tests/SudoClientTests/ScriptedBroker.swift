import BrokerProtocol
import Foundation
import LinuxSystem
import SudoClient
import Synchronization
import TestSupport

/// A broker that says what a test wants it to, in the real protocol on a real socket. Who listens is who runs the tests.
final class ScriptedBroker: Sendable {
    let tree: TemporaryTree
    private let listener: ListeningUnixSocket
    private let failure = Mutex<String?>(nil)
    private let done = DispatchSemaphore(value: 0)

    var path: String { "\(tree.path)/broker.sock" }

    /// - Parameter script: what it does with the one client it takes, after both greetings.
    init(_ script: @escaping @Sendable (BrokersEnd) throws -> Void) throws {
        let tree = try TemporaryTree()
        self.tree = tree
        listener = try ListeningUnixSocket.listen(at: "\(tree.path)/broker.sock", permissions: 0o666)
        Thread.detachNewThread { [self] in
            defer { done.signal() }
            do {
                guard let connection = try listener.accept(until: .now + .patience) else {
                    throw ProgramFailure(text: "no client came")
                }
                let end = BrokersEnd(connection, tree)
                guard case .hello = try end.next() else { throw ProgramFailure(text: "no greeting") }
                try end.say(.hello(Hello(program: "scripted")))
                try script(end)
            } catch {
                failure.withLock { $0 = "\(error)" }
            }
        }
    }

    /// Waits for the script's end; throws what went wrong in it.
    func finish() throws {
        guard done.wait(timeout: .now() + 60) == .success else { throw ProgramFailure(text: "the script hangs") }
        if let failure = failure.withLock({ $0 }) { throw ProgramFailure(text: failure) }
    }
}

/// The broker's end of a connection.
final class BrokersEnd {
    let tree: TemporaryTree
    let connection: UnixConnection
    private var assembler = MessageAssembler()
    /// Those that came and were not taken.
    var descriptors: [SharedDescriptor] = []

    init(_ connection: UnixConnection, _ tree: TemporaryTree) {
        self.connection = connection
        self.tree = tree
    }

    func say(_ message: ServerMessage, descriptors: [SharedDescriptor] = []) throws {
        try connection.send(try message.encoded(), descriptors: descriptors, until: .now + .patience)
    }

    func next() throws -> ClientMessage {
        while true {
            if let message = try assembler.next(ClientMessage.self) { return message }
            let received = try connection.receive(atMost: 65536, descriptors: 16, until: .now + .patience)
            guard !received.bytes.isEmpty else { throw ProgramFailure(text: "the client has gone") }
            assembler.append(received.bytes)
            descriptors += received.descriptors
        }
    }

    /// The next message, which is to be a request to run something.
    func request() throws -> RunRequest {
        guard case .run(let request) = try next() else { throw ProgramFailure(text: "no request to run") }
        return request
    }

    /// The next answer to a prompt, as text; nil where there was none.
    func answer() throws -> String? {
        guard case .answer(let secret) = try next() else { throw ProgramFailure(text: "no answer") }
        return secret?.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// Passes over messages up to one that is wanted.
    func skip(to isWanted: (ClientMessage) -> Bool) throws {
        while !isWanted(try next()) {}
    }
}

/// How a program ended and what it printed.
struct Ending: Sendable {
    var status: Int32
    var isSignal: Bool
    var output: String
    var errors: String
}

/// The programs as `swift test` built them.
enum Built {
    static let sudo = path("bailey-sudo")

    static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../.build/debug/\(name)").standardized
            .path(percentEncoded: false)
    }

    /// Runs bailey-sudo without a terminal, in a session of its own.
    static func run(
        _ arguments: [String], broker: String, input: String = "", environment: [String: String] = [:],
        program: String = sudo
    ) throws -> Ending {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/setsid")
        process.arguments = ["--wait", program] + arguments
        process.environment = ["PATH": "/usr/bin:/bin", "BAILEY_BROKER_SOCKET": broker].merging(environment) { $1 }
        let (output, errors, stdin) = (Pipe(), Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = stdin
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        let complaints = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return Ending(
            status: process.terminationStatus, isSignal: process.terminationReason == .uncaughtSignal, output: text,
            errors: complaints)
    }
}

/// A listener whose clients get one answer each.
struct ListenerTree {
    let tree: TemporaryTree
    private let listener: ListeningUnixSocket

    init() throws {
        tree = try TemporaryTree()
        listener = try ListeningUnixSocket.listen(at: "\(tree.path)/s", permissions: 0o600)
    }

    /// What connects, once called, and hears `answer` for a greeting.
    func connect(answering answer: ServerMessage) throws -> () throws -> BrokerConnection {
        let (path, listener) = ("\(tree.path)/s", listener)
        Thread.detachNewThread {
            guard let connection = try? listener.accept(until: .now + .patience) else { return }
            try? connection.send(try answer.encoded(), until: .now + .patience)
            _ = try? connection.receive(atMost: 1000, until: .now + .patience)
        }
        let user = CurrentProcess.effectiveUserID
        return { try BrokerConnection.open(path, program: "test", user: user) }
    }
}
