import Foundation
import TestSupport

/// Where this checkout is, and what was built in it.
enum Checkout {
    static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path(percentEncoded: false)
    /// The directory of the programs that are tried: as `swift test` built them, or what `BAILEY_PROGRAMS` names, as the gate does.
    static let programs = ProcessInfo.processInfo.environment["BAILEY_PROGRAMS"] ?? "\(path)/.build/debug"
    static let bailey = "\(programs)/bailey"
}

/// How a program ended and what it printed.
struct Outcome: Sendable {
    var status: Int32
    var output: String
    var errors: String

    var lines: [Substring] { output.split(separator: "\n") }
}

/// Runs a program to its end, without standard input, and with nothing in its environment but what is given.
func run(
    _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], in directory: String = "/"
) async throws -> Outcome {
    let scratch = try TemporaryTree()
    try scratch.add("output", "")
    try scratch.add("errors", "")
    // Files and not pipes: nobody has to drain them while the program runs.
    let output = try FileHandle(forWritingTo: URL(filePath: "\(scratch.path)/output"))
    let errors = try FileHandle(forWritingTo: URL(filePath: "\(scratch.path)/errors"))
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"].merging(environment) { $1 }
    process.currentDirectoryURL = URL(filePath: directory)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        process.terminationHandler = { _ in continuation.resume() }
        do { try process.run() } catch {
            process.terminationHandler = nil
            continuation.resume(throwing: error)
        }
    }
    return Outcome(
        status: process.terminationStatus,
        output: try String(contentsOfFile: "\(scratch.path)/output", encoding: .utf8),
        errors: try String(contentsOfFile: "\(scratch.path)/errors", encoding: .utf8))
}

/// Runs a program as the user `nobody` where tests run as root, and as who runs them otherwise.
func runUnprivileged(
    _ program: String, _ arguments: [String] = [], environment: [String: String] = [:]
) async throws -> Outcome {
    guard FileSystemUser.isRoot else { return try await run(program, arguments, environment: environment) }
    let user = String(FileSystemUser.nobody)
    return try await run(
        "/usr/bin/setpriv", ["--reuid", user, "--regid", user, "--clear-groups", program] + arguments,
        environment: environment)
}

extension TemporaryTree {
    /// The text of a file in it.
    func text(of name: String) throws -> String {
        try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
    }

    /// Every entry with its kind, mode, time of change and, of a file, its size: two listings are equal when nothing was touched.
    func listing() async throws -> String {
        try await run("/usr/bin/find", [path, "-mindepth", "1", "-printf", "%P %y %m %T@ %s %l\n"]).lines.sorted()
            .joined(separator: "\n")
    }

    /// The names of all files in it, relative, sorted.
    func files() async throws -> [String] {
        try await run("/usr/bin/find", [path, "-type", "f", "-printf", "%P\n"]).lines.map(String.init).sorted()
    }
}
