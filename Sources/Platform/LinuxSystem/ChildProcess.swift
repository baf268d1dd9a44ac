private import CLinux
private import Glibc

/// A program run to its end: given bytes on its standard input, an environment of nothing but what is passed, and a time limit.
///
/// It runs in a session and process group of its own, without a terminal. When it ends, or is ended, the rest of its group is killed
/// with it; only what it put into a session of its own (setsid(2)) outlives the limit.
package enum ChildProcess {
    package enum Ending: Sendable, Hashable {
        case exited(code: Int32)
        case signalled(number: Int32)
        /// Did not end within the limit, and was ended.
        case timedOut
    }

    package struct Outcome: Sendable, Hashable {
        package var ending: Ending
        /// What it wrote to standard output and error, cut at the limit.
        package var output: [UInt8]
    }

    /// - Parameters:
    ///   - environment: entries such as `PATH=/usr/bin`.
    ///   - timeLimit: after it the group gets SIGTERM, and SIGKILL when the program is still there after `grace`.
    ///   - outputLimit: bytes of output that are kept; what is beyond is read and dropped, so that the program is not held up.
    package static func run(
        _ path: String, arguments: [String] = [], environment: [String] = [], input: [UInt8] = [],
        timeLimit: Duration, grace: Duration = .seconds(2), outputLimit: Int = 4096
    ) throws(SystemError) -> Outcome {
        let inputFile = try memoryFile(holding: input)
        var ends: [Int32] = [-1, -1]
        try systemCall("create pipe") { bailey_pipe(&ends) }
        var output = OutputCollector(descriptor: FileDescriptor(owning: ends[0]), limit: outputLimit)
        let pid = try spawn(
            path, arguments: [path] + arguments, environment: environment, input: inputFile,
            output: FileDescriptor(owning: ends[1]))
        do throws(SystemError) {
            let process = FileDescriptor(owning: try systemCall("watch", on: path) { bailey_pidfd_open(pid) })
            var isInTime = try output.collect(until: process, deadline: .now + timeLimit)
            let timedOut = !isInTime
            if timedOut {
                kill(-pid, SIGTERM)
                isInTime = try output.collect(until: process, deadline: .now + grace)
            }
            // The leader is not reaped yet, so its number still names this group and no other.
            kill(-pid, SIGKILL)
            let ending = try reap(pid, path: path)
            return Outcome(ending: timedOut ? .timedOut : ending, output: output.bytes)
        } catch {
            kill(-pid, SIGKILL)
            _ = try? reap(pid, path: path)  // the first error is the one to tell
            throw error
        }
    }

    private static func memoryFile(holding bytes: [UInt8]) throws(SystemError) -> FileDescriptor {
        let file = FileDescriptor(owning: try systemCall("create memory file") { bailey_memory_file("input") })
        try file.write(bytes, subject: "memory file")
        let number = file.number
        try systemCall("rewind", on: "memory file") { lseek(number, 0, SEEK_SET) }
        return file
    }

    /// `output` is this process's copy of the writing end and is closed with the call: with it open, the pipe would never end.
    private static func spawn(
        _ path: String, arguments: [String], environment: [String], input: borrowing FileDescriptor,
        output: consuming FileDescriptor
    ) throws(SystemError) -> pid_t {
        var argumentPointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var environmentPointers: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer {
            // SAFETY: each was made by strdup(3) above and is used nowhere after the call.
            for pointer in argumentPointers + environmentPointers { free(pointer) }
        }
        var pid: pid_t = 0
        let failure = bailey_spawn(
            path, &argumentPointers, &environmentPointers, input.number, output.number, 1, &pid)
        guard failure == 0 else { throw SystemError("run", path, errorNumber: failure) }
        return pid
    }

    private static func reap(_ pid: pid_t, path: String) throws(SystemError) -> Ending {
        var code: Int32 = 0
        var signal: Int32 = 0
        try systemCall("wait for", on: path) { bailey_wait(pid, &code, &signal) }
        return signal == 0 ? .exited(code: code) : .signalled(number: signal)
    }
}

/// Reads what a child prints while waiting for it to end.
private struct OutputCollector: ~Copyable {
    private let descriptor: FileDescriptor
    private let limit: Int
    private var isOpen = true
    private(set) var bytes: [UInt8] = []

    init(descriptor: consuming FileDescriptor, limit: Int) {
        self.descriptor = descriptor
        self.limit = limit
    }

    /// Reads until the process ends (true) or the deadline passes (false).
    mutating func collect(
        until process: borrowing FileDescriptor, deadline: ContinuousClock.Instant
    ) throws(SystemError) -> Bool {
        while true {
            let left = deadline - .now
            guard left > .zero else { return false }
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            // A negative descriptor is passed over (poll(2)).
            var events = [
                pollfd(fd: process.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isOpen ? descriptor.number : -1, events: Int16(POLLIN), revents: 0),
            ]
            let count = nfds_t(events.count)
            try systemCall("wait for", on: "child process") {
                poll(&events, count, Int32(clamping: milliseconds + 1))
            }
            if events[1].revents != 0 { try readAvailable() }
            if events[0].revents != 0 {
                if isOpen { try readAvailable() }
                return true
            }
        }
    }

    /// Takes at most a few blocks at a time, so that a child that never stops printing cannot hold up the deadline.
    private mutating func readAvailable() throws(SystemError) {
        var block = [UInt8](repeating: 0, count: 16 << 10)
        for _ in 0..<8 {
            let number = descriptor.number
            do throws(SystemError) {
                let count = try systemCall("read", on: "child process") {
                    // SAFETY: the kernel writes at most the block's count.
                    block.withUnsafeMutableBytes { read(number, $0.baseAddress, $0.count) }
                }
                guard count > 0 else {
                    isOpen = false
                    return
                }
                bytes.append(contentsOf: block[..<min(count, limit - bytes.count)])
            } catch  where error.code == .wouldBlock {
                return
            }
        }
    }
}
