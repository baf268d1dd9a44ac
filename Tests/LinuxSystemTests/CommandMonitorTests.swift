import Foundation
import Glibc
import LinuxSystem
import TestSupport
import Testing

/// That nothing which descends from a command outlives an end by force, whoever is killed first.
@Suite(.enabled(if: FileSystemUser.isRoot, "only root starts commands as somebody else"), .patience)
struct CommandMonitorTests {
    /// Leaves its parent's session and parent, as a daemon does (daemon(7)), ignores what is polite, says who it is, and does `then`.
    static func daemon(then: String = "signal.pause()") -> String {
        """
        import ctypes, os, signal, sys, threading
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT): signal.signal(number, signal.SIG_IGN)
                print(os.getpid(), flush=True)
                \(then)
            os._exit(0)
        os.wait()

        """
    }

    /// Starts a Python program and holds the processes whose ids it prints.
    static func start(
        _ source: String, printing count: Int, as identity: Execution.Identity = Commands.stranger,
        change: (inout Execution) throws -> Void = { _ in }
    ) throws -> (running: RunningCommand, processes: [ProcessHandle]) {
        let (running, output) = try Commands.start(["python3", "-c", source], as: identity, change: change)
        return (running, try processes(count, from: output))
    }

    static func processes(_ count: Int, from output: SharedDescriptor) throws -> [ProcessHandle] {
        var text = ""
        while text.split(separator: "\n", omittingEmptySubsequences: false).count <= count {
            let more = try Commands.read(output, upTo: "\n", until: .now + .patience)
            guard !more.isEmpty else { break }
            text += more
        }
        let ids = text.split(separator: "\n").compactMap { Int32($0) }
        #expect(ids.count == count, "\(text)")
        return try ids.map { try ProcessHandle(opening: $0) }
    }

    static func end(of running: RunningCommand) throws -> CommandChange? {
        guard try running.wait(until: .now + .patience) != nil else { return nil }
        return try running.nextChange()
    }

    static func probe() throws -> String {
        let places = [Bundle.main.bundleURL, URL(filePath: CommandLine.arguments[0])].map {
            $0.deletingLastPathComponent()
        }
        let near = places + [URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../.build/debug")]
        let paths = near.map { $0.appending(path: "ExecutionProbe").standardized.path }
        return try #require(paths.first { FileManager.default.isExecutableFile(atPath: $0) }, "\(paths)")
    }

    @Test("A stop, a continuation and the end are told, each once, whether or not somebody looks in between")
    func changes() throws {
        let (running, output) = try Commands.start(["sh", "-c", "echo up; kill -STOP $$; exit 3"])
        #expect(try Commands.read(output, upTo: "up", until: .now + .patience).contains("up"))
        var changes: [CommandChange] = []
        let deadline = ContinuousClock.now + .patience
        while changes.last != .ended(.exited(code: 3), leftBehind: 0), deadline > .now {
            guard let change = try running.nextChange() else {
                var entries = [PollEntry(running.pollNumber)]
                _ = try poll(&entries, until: deadline)
                continue
            }
            changes.append(change)
            if change == .stopped(signal: SIGSTOP) { try running.send(signal: SIGCONT) }
        }
        #expect(changes == [.stopped(signal: SIGSTOP), .continued, .ended(.exited(code: 3), leftBehind: 0)])
        #expect(try running.wait() == .exited(code: 3), "who asks later is told the same")
        try running.send(signal: SIGTERM)
        try running.end(grace: .zero)
    }

    @Test("Ten thousand stops and continuations that nobody reads do not hold it up, and its end is told")
    func flood() throws {
        let source = """
            import os, signal
            child = os.getpid()
            if os.fork() == 0:
                for _ in range(10000):
                    os.kill(child, signal.SIGSTOP); os.kill(child, signal.SIGCONT)
                os.kill(child, signal.SIGUSR1)
                os._exit(0)
            while True: signal.pause()

            """
        let (running, output) = try Commands.start(["python3", "-c", source], as: Commands.stranger)
        #expect(try Commands.read(output, until: .now + .patience) == "")
        #expect(try SharedWait.ended(running.process))
        let ending = try running.wait(until: .now + .patience)
        #expect(ending == .signalled(number: SIGUSR1, dumpedCore: false))
    }

    @Test("Ending it ends its group, background jobs and daemons that ignore a polite signal", arguments: [0, 100])
    func endsAll(grace: Int) throws {
        let script = """
            sh -c 'trap "" TERM; echo $$; exec sleep 1000' &
            setsid sh -c 'trap "" TERM HUP; echo $$; exec sleep 1000' &
            sleep 1000
            """
        let (running, output) = try Commands.start(["sh", "-c", script], as: Commands.stranger)
        let processes = try Self.processes(2, from: output)
        try running.end(grace: .milliseconds(grace))
        let signal = grace == 0 ? SIGKILL : SIGTERM
        #expect(try Self.end(of: running) == .ended(.signalled(number: signal, dumpedCore: false), leftBehind: 0))
        for process in processes { #expect(process.hasEnded) }
    }

    @Test(
        "A daemon that forked twice into a session of its own is ended too",
        arguments: [
            ("asleep", "signal.pause()"),
            (
                "with only its first thread ended",
                "threading.Thread(target=threading.Event().wait).start(); ctypes.CDLL(None).pthread_exit(None)"
            ),
            ("stopped", "os.kill(os.getpid(), signal.SIGSTOP)"),
        ])
    func endsDaemon(state: String, then: String) throws {
        for isHangUp in [false, true] {
            let (running, daemons) = try Self.start(
                Self.daemon(then: then) + "signal.pause()", printing: 1)
            try isHangUp ? running.hangUp(grace: .milliseconds(20)) : running.end(grace: .milliseconds(20))
            let signal = isHangUp ? SIGHUP : SIGTERM
            #expect(
                try Self.end(of: running) == .ended(.signalled(number: signal, dumpedCore: false), leftBehind: 0))
            #expect(daemons[0].hasEnded, "\(state)")
        }
    }

    @Test("A command that forks without end, each child in a session of its own, is ended to the last")
    func forkBomb() throws {
        let identity = Execution.Identity(user: 61_299, group: 61_299, groups: [])
        let source = """
            import os
            print(os.getpid(), flush=True)
            while True:
                try:
                    if os.fork() == 0: os.setsid()
                except OSError:
                    pass

            """
        let (running, _) = try Self.start(source, printing: 1, as: identity) {
            $0.limits = [.init(.processes, soft: 60, hard: 60)]
        }
        try running.end(grace: .zero)
        #expect(try Self.end(of: running) == .ended(.signalled(number: SIGKILL, dumpedCore: false), leftBehind: 0))
        let rest = try RunningProgram.output(of: ["sh", "-c", "ps -o pid=,stat=,args= -u 61299 || :"])
        #expect(rest == "")
    }

    @Test(
        "A daemon is left to itself, and counted, when the command ends by itself; the monitor stays its parent until it ends"
    )
    func leavesDaemon() throws {
        let (running, daemons) = try Self.start(Self.daemon() + "sys.exit(6)", printing: 1)
        #expect(try Self.end(of: running) == .ended(.exited(code: 6), leftBehind: 1))
        #expect(!daemons[0].hasEnded)
        #expect(!running.monitor.hasEnded)
        let parent = try ProcessIdentity(of: daemons[0]).ancestors.first?.id
        #expect(parent == running.monitor.id)
        try daemons[0].send(signal: SIGKILL)
        while !running.monitor.hasEnded {}
        LingeringMonitors.reap()
        #expect(!running.monitor.holdsItsNumber)
    }

    @Test(
        "When whoever started it is killed, it is sent SIGHUP, and all that descends from it is killed after the grace")
    func starterKilled() throws {
        let tree = try TemporaryTree()
        let source = """
            import atexit
            def heard(number, frame):
                print("heard", number, file=open("\(tree.path)/heard", "w"), flush=True)
            signal.signal(signal.SIGHUP, heard)
            print(os.getpid(), file=open("\(tree.path)/up", "w"), flush=True)
            while True: signal.pause()

            """
        try tree.add(
            "program.py", "import sys\nsys.stdout = open('\(tree.path)/daemon', 'w')\n" + Self.daemon() + source)
        for name in ["heard", "up", "daemon"] { try tree.add(name, "", .init(owner: 61_234)) }
        let holder = try RunningProgram([try Self.probe(), "hold", "200", "python3", "\(tree.path)/program.py"])
        let ids = holder.announcement.split(separator: " ").compactMap { Int32($0) }
        let daemon = try #require(Int32(try Self.content(of: "\(tree.path)/daemon")))
        #expect(try Self.content(of: "\(tree.path)/up") == "\(ids[0])")
        let processes = try (ids + [daemon]).map { try ProcessHandle(opening: $0) }
        kill(holder.id, SIGKILL)
        #expect(try Self.content(of: "\(tree.path)/heard") == "heard \(SIGHUP)")
        for process in processes { #expect(try SharedWait.ended(process), "\(process.id) of \(ids), \(daemon)") }
    }

    /// The first line of a file, once it has one.
    static func content(of path: String) throws -> String {
        let deadline = ContinuousClock.now + .patience
        while deadline > .now {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            if text.hasSuffix("\n") { return String(text.dropLast()) }
            sched_yield()
        }
        return ""
    }

    @Test("A monitor that is killed takes the command and its session with it, and the loss is told")
    func monitorKilled() throws {
        for identity in [Commands.stranger, Commands.root] {
            let script = "sh -c 'echo $$; exec sleep 1000' & set -m; sh -c 'echo $$; exec sleep 1000' & wait"
            let (running, output) = try Commands.start(["bash", "-c", script], as: identity)
            let processes = try Self.processes(2, from: output)
            try running.monitor.send(signal: SIGKILL)
            #expect(try SharedWait.ended(running.process), "by the kernel, before anybody looks")
            #expect(try Self.end(of: running) == .ended(.unseen, leftBehind: 0))
            for process in processes { #expect(process.hasEnded) }
        }
    }

    @Test(
        "In a control group of its own a daemon is found even when the monitor was killed",
        .enabled(if: controlGroups != nil, "no cgroup2 file system to divide"))
    func controlGroup() throws {
        let group = try ControlGroup(name: "bailey-test-\(getpid())", in: try #require(Self.controlGroups))
        let (running, daemons) = try Self.start(Self.daemon() + "signal.pause()", printing: 1) {
            $0.controlGroup = group
        }
        #expect(try group.isPopulated())
        try running.monitor.send(signal: SIGKILL)
        #expect(try Self.end(of: running) == .ended(.unseen, leftBehind: 0))
        #expect(try SharedWait.ended(daemons[0]))
        let (again, more) = try Self.start(Self.daemon() + "signal.pause()", printing: 1) { $0.controlGroup = group }
        try again.end(grace: .zero)
        #expect(try Self.end(of: again) == .ended(.signalled(number: SIGKILL, dumpedCore: false), leftBehind: 0))
        #expect(more[0].hasEnded)
    }

    private static let controlGroups: String? = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].first {
        access("\($0)/cgroup.procs", W_OK) == 0
    }

    @Test("The monitor has nothing of ours open, and nothing of the command's but its terminal")
    func monitorDescriptors() throws {
        let leaks = try (0..<20).map { _ in try SharedDescriptor.pipe() }
        let (running, output) = try Commands.start(["sleep", "1000"])
        // The command's pidfd goes once it was handed over.
        let deadline = ContinuousClock.now + .patience
        var open: [String] = []
        repeat { open = try Self.openFiles(of: running.monitor.id) } while open.count > 3 && deadline > .now
        #expect(open == ["/proc", "anon_inode", "socket"])
        withExtendedLifetime((leaks, output)) {}
    }

    static func openFiles(of process: Int32) throws -> [String] {
        let directory = try Directory(opening: "/proc/\(process)/fd")
        var open: [String] = []
        try directory.forEachName { name in
            let number = String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if let target = try? directory.linkTarget(number) {
                open.append(String(target.prefix { $0 != ":" && $0 != "[" }))
            }
            return true
        }
        return open.sorted()
    }

    @Test("A command that nobody holds any more is ended with its daemons, and reaped")
    func letGo() throws {
        var (running, daemons): (RunningCommand?, [ProcessHandle]) = try Self.start(
            Self.daemon() + "signal.pause()", printing: 1)
        let handles = [try #require(running?.process), try #require(running?.monitor)] + daemons
        running = nil
        for handle in handles { #expect(!handle.holdsItsNumber) }
    }

    @Test("Fifty at once end as they should, and leave neither a descriptor nor a child")
    func together() throws {
        let said = try RunningProgram.output(of: [try Self.probe(), "together", "50"])
        #expect(said == "50 as expected, 0 descriptors left, children left: false\n")
    }
}
