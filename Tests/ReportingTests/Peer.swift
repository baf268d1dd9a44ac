import Foundation
import Testing

/// Another program that judges what Reporting writes.
struct Peer: Sendable, CustomTestStringConvertible {
    let name: String
    let arguments: [String]

    var testDescription: String { path == nil ? "\(name) (not installed: not run)" : name }

    /// Where it is installed; nil when it is not.
    var path: String? { Self.find(name) }

    static let jsonReaders = [
        Peer(
            name: "python3",
            arguments: [
                "-c",
                "import json, sys; json.loads(sys.stdin.buffer.read().decode('utf-8', 'strict'), parse_constant=sys.exit)",
            ]),
        Peer(name: "jq", arguments: ["-e", ".schema == 1"]),
    ]

    static func find(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs a program to its end and gives what it printed on both outputs.
    static func run(_ path: String, _ arguments: [String], input: [UInt8] = []) throws -> (
        status: Int32, output: String
    ) {
        let process = Process()
        let (inputPipe, outputPipe) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardInput = inputPipe
        process.standardOutput = outputPipe
        process.standardError = outputPipe
        try process.run()
        let writer = Thread {
            // A reader that stops early closes the pipe; its status tells why.
            try? inputPipe.fileHandleForWriting.write(contentsOf: Data(input))
            try? inputPipe.fileHandleForWriting.close()
        }
        writer.start()
        let output = try outputPipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
