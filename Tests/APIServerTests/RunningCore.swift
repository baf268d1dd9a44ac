import APIAccess
import Foundation
import HTTPClient
import JSON
import LinuxSystem
import TestSupport
import Testing

/// `bailey-core` as it is built, with its API on a free port and on a Unix socket.
final class RunningCore {
    let tree: TemporaryTree
    let url: String
    private let process = Process()
    private let errors: URL

    static let all = Set(APIScope.allCases)

    init(settings: String = "", tree: TemporaryTree? = nil, options: [String] = []) throws {
        let tree = try tree ?? TemporaryTree()
        self.tree = tree
        try tree.add("core.yaml", "schema: 1\n\(settings)\n", .init(mode: 0o600))
        process.executableURL = URL(filePath: try Self.program("bailey-core"))
        process.arguments =
            [
                "--state", tree.path, "--settings", "\(tree.path)/core.yaml", "--listen", "127.0.0.1:0", "--listen",
                "unix:\(tree.path)/api.sock",
            ] + options
        errors = URL(filePath: "\(tree.path)/log")
        try tree.add("log", "")
        let output = Pipe()
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        var text = ""
        while text.components(separatedBy: "\n").count < 4 {
            let piece = output.fileHandleForReading.availableData
            if piece.isEmpty { break }
            text += String(decoding: piece, as: UTF8.self)
        }
        let lines = text.split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("api 127.") }) else {
            process.waitUntilExit()
            throw NotStarted(log: try String(contentsOf: errors, encoding: .utf8), status: process.terminationStatus)
        }
        url = "http://\(line.dropFirst(4))"
    }

    struct NotStarted: Error {
        var log: String
        var status: Int32
    }

    deinit {
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
    }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// What it wrote to its log so far.
    var log: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    /// Ends it in order; what it wrote to its log is returned.
    func stop() throws -> String {
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return try String(contentsOf: errors, encoding: .utf8)
    }

    static func program(_ name: String) throws -> String {
        let places = [Bundle.main.bundleURL, URL(filePath: CommandLine.arguments[0])].map {
            $0.deletingLastPathComponent()
        }
        let near = places + [URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../.build/debug")]
        let paths = near.map { $0.appending(path: name).standardized.path }
        return try #require(paths.first { FileManager.default.isExecutableFile(atPath: $0) }, "\(paths)")
    }

    func token(_ name: String = "ann", _ scopes: Set<APIScope> = all) throws -> String {
        try Self.token(name, scopes, in: tree)
    }

    static func token(_ name: String = "ann", _ scopes: Set<APIScope> = all, in tree: TemporaryTree) throws -> String {
        let name = try #require(APIToken.Name(name))
        let now = Int64(Date.now.timeIntervalSince1970)
        let secret = try APITokenFile(in: tree.path).create(name, holder: .person, scopes: scopes, now: now)
        return secret.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    struct Answer {
        var status: Int
        var document: JSONValue
        var body: String
        var header: (String) -> String?
    }

    /// Asks over the network, or over the Unix socket.
    @discardableResult
    func ask(
        _ method: String, _ path: String, token: String? = nil, _ body: String? = nil,
        headers: [(String, String)] = [], overSocket: Bool = false
    ) throws -> Answer {
        var request = OutgoingRequest(
            method, (overSocket ? "http://localhost" : url) + path, body: Array((body ?? "").utf8))
        if overSocket { request.unixSocket = "\(tree.path)/api.sock" }
        if let token { request.headers.append(.init("Authorization", "Bearer \(token)")) }
        if body != nil, !headers.contains(where: { $0.0 == "Content-Type" }) {
            request.headers.append(.init("Content-Type", "application/json"))
        }
        request.headers += headers.map { .init($0.0, $0.1) }
        request.answerLimit = 64 << 20
        var connection = try OutgoingConnection()
        let answer = try connection.send(request)
        return Answer(
            status: answer.status, document: (try? UntrustedJSON.parse(answer.body).value) ?? .null,
            body: String(decoding: answer.body, as: UTF8.self), header: answer.header)
    }

    func connect() throws -> RawConnection {
        try RawConnection(port: try #require(url.split(separator: ":").last.flatMap { UInt16($0) }))
    }

    /// Sends bytes as they are over TCP, and reads until the other end closes.
    func exchange(_ bytes: [UInt8]) throws -> String {
        let connection = try connect()
        connection.send(bytes)
        return try connection.receive()
    }

    /// Runs `bailey` to its end.
    func bailey(_ arguments: [String], input: String? = nil) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        let (output, errors, input) = (Pipe(), "\(tree.path)/errors", input)
        try tree.add("errors", "")
        try tree.add("input", input ?? "")
        process.executableURL = URL(filePath: try Self.program("bailey"))
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: "\(tree.path)/input"))
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (
            process.terminationStatus, String(decoding: text, as: UTF8.self),
            try String(contentsOfFile: errors, encoding: .utf8)
        )
    }
}
