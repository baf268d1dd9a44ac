import LinuxSystem
import TestSupport
import Testing

/// Starts commands as tests need them, and keeps what they print.
enum Commands {
    static let securePath = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
    /// A user that no password file knows.
    static let stranger = Execution.Identity(user: 61_234, group: 61_235, groups: [61_240, 61_236, 61_240])
    static let root = Execution.Identity(user: 0, group: 0, groups: [0])

    struct Outcome {
        var ending: CommandEnding
        var output: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }

        /// The value of a line of `/proc/PID/status`.
        func status(_ name: String) -> String? {
            lines.first { $0.hasPrefix("\(name):") }?.dropFirst(name.count + 1)
                .split { $0 == "\t" || $0 == " " }.joined(separator: " ")
        }
    }

    /// `command[0]` looked up in the secure path, its output going to `output`.
    static func execution(
        _ command: [String], as identity: Execution.Identity = root, output: SharedDescriptor
    ) throws -> Execution {
        var execution = Execution(
            program: try TrustedProgram.open(command[0], securePath: securePath), arguments: command,
            streams: .files(input: try .null(), output: output, error: output), identity: identity,
            workingDirectory: .path("/"))
        try execution.environment.set("PATH", to: "/usr/sbin:/usr/bin:/sbin:/bin")
        return execution
    }

    /// Starts a command whose output can be read.
    static func start(
        _ command: [String], as identity: Execution.Identity = root, change: (inout Execution) throws -> Void = { _ in }
    ) throws -> (running: RunningCommand, output: SharedDescriptor) {
        let pipe = try SharedDescriptor.pipe()
        var execution = try execution(command, as: identity, output: pipe.writing)
        try change(&execution)
        return (try execution.start(), pipe.reading)
    }

    /// Runs a command to its end.
    static func run(
        _ command: [String], as identity: Execution.Identity = root, limit: Duration = .seconds(20),
        change: (inout Execution) throws -> Void = { _ in }
    ) throws -> Outcome {
        let (running, output) = try start(command, as: identity, change: change)
        let text = try read(output, until: .now + limit)
        let ending = try #require(try running.wait(until: .now + limit), "it did not end: \(text)")
        return Outcome(ending: ending, output: text)
    }

    /// Reads to the end, or until what was read contains `mark`.
    static func read(
        _ output: SharedDescriptor, upTo mark: String? = nil, until deadline: ContinuousClock.Instant
    ) throws -> String {
        var bytes: [UInt8] = []
        while deadline > .now {
            if let mark, String(decoding: bytes, as: UTF8.self).contains(mark) { break }
            guard try output.waitForInput(until: deadline) else { break }
            guard let more = try output.readAvailable(limit: 65536) else { continue }
            if more.isEmpty { break }
            bytes += more
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
