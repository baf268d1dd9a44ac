import Glibc
import LinuxSystem

/// Starts commands as the broker does, for what a test cannot do to its own process.
///
///     ExecutionProbe hold GRACE COMMAND…   starts it, prints `ready COMMAND MONITOR` (their ids), and waits to be killed; GRACE in ms
///     ExecutionProbe together COUNT        starts that many at once; prints endings as expected, descriptors and children left
///     ExecutionProbe bench COUNT           prints what starting and ending `true` costs
@main enum Entrypoint {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 2, let number = Int(arguments[1]) else { throw ProbeError(text: "MODE NUMBER …") }
        switch arguments[0] {
        case "hold": try hold(Array(arguments.dropFirst(2)), grace: .milliseconds(number))
        case "together": try together(number)
        case "bench": try bench(number)
        default: throw ProbeError(text: "unknown mode")
        }
    }

    private static let root = Execution.Identity(user: 0, group: 0, groups: [0])
    private static let stranger = Execution.Identity(user: 61_234, group: 61_235, groups: [])

    private static func execution(_ command: [String], as identity: Execution.Identity) throws -> Execution {
        let null = try SharedDescriptor.null()
        var execution = Execution(
            program: try TrustedProgram.open(command[0], securePath: ["/usr/local/bin", "/usr/bin", "/bin"]),
            arguments: command, streams: .files(input: null, output: null, error: null), identity: identity,
            workingDirectory: .path("/"))
        try execution.environment.set("PATH", to: "/usr/local/bin:/usr/bin:/bin")
        return execution
    }

    private static func hold(_ command: [String], grace: Duration) throws {
        var execution = try execution(command, as: stranger)
        execution.orphanGrace = grace
        let running = try execution.start()
        try StandardStream.output.write(Array("ready \(running.process.id) \(running.monitor.id)\n".utf8))
        while true { _ = try running.wait() }
    }

    private static func openDescriptors() throws -> Int {
        var count = 0
        try Directory(opening: "/proc/self/fd").forEachName { _ in
            count += 1
            return true
        }
        return count
    }

    private static func together(_ count: Int) throws {
        let before = try openDescriptors()
        let expected = try succeeding(count)
        // ECHILD: neither running nor waiting to be reaped.
        let hasChildren = waitpid(-1, nil, WNOHANG) != -1 || errno != ECHILD
        print(
            "\(expected) as expected, \(try openDescriptors() - before) descriptors left, children left: \(hasChildren)"
        )
    }

    /// Runs `count` commands on as many threads, and returns how many ended as they should.
    private static func succeeding(_ count: Int) throws -> Int {
        guard count > 0 else { return 0 }
        let code = Int32(count % 256)
        let thread = try OwnThread {
            (try? execution(["sh", "-c", "exit \(code)"], as: stranger).start().wait()) == .exited(code: code)
        }
        let others = try succeeding(count - 1)
        return others + (thread.join() ? 1 : 0)
    }

    private static func bench(_ count: Int) throws {
        let clock = ContinuousClock()
        for (name, identity) in [("root", root), ("another user", stranger)] {
            let execution = try execution(["true"], as: identity)
            var starting = Duration.zero
            let whole = try clock.measure {
                for _ in 0..<count {
                    var running: RunningCommand?
                    starting += try clock.measure { running = try execution.start() }
                    _ = try running?.wait()
                }
            }
            print("run true as \(name): started in \(starting / count), ended after \(whole / count)")
        }
    }
}

struct ProbeError: Error { let text: String }
