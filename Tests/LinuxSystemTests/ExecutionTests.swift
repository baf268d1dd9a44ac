import Capabilities
import Glibc
import LinuxSystem
import TestSupport
import Testing

@Suite(.enabled(if: FileSystemUser.isRoot, "only root starts commands as somebody else"))
struct ExecutionTests {
    static let status = ["cat", "/proc/self/status"]

    @Test("A command has exactly the user, groups and mask it was given, and no capability")
    func identity() throws {
        let outcome = try Commands.run(Self.status, as: Commands.stranger) { $0.fileModeMask = 0o077 }
        #expect(outcome.ending == .exited(code: 0))
        #expect(outcome.status("Uid") == "61234 61234 61234 61234")
        #expect(outcome.status("Gid") == "61235 61235 61235 61235")
        #expect(outcome.status("Groups") == "61236 61240")
        #expect(outcome.status("Umask") == "0077")
        for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
            #expect(outcome.status(set) == "0000000000000000", "\(set)")
        }
        #expect(outcome.status("NoNewPrivs") == "0")
    }

    @Test("A command run as root has root's capabilities, and no group but those given")
    func root() throws {
        let outcome = try Commands.run(Self.status, as: .init(user: 0, group: 0, groups: []))
        #expect(outcome.status("Uid") == "0 0 0 0")
        #expect(outcome.status("Groups") == "")
        #expect(outcome.status("CapInh") == "0000000000000000")
        #expect(outcome.status("CapEff") == outcome.status("CapBnd"))
    }

    @Test("Listed capabilities are held in every set that lasts, nothing else is, and the bounding set is cut to them")
    func capabilities() throws {
        var identity = Commands.stranger
        identity.capabilities = try CapabilitySet(names: ["net_bind_service", "net_raw"]).bits
        // Through a shell: what a program hands on counts.
        let outcome = try Commands.run(["sh", "-c", "cat /proc/self/status; exec true"], as: identity)
        for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
            #expect(outcome.status(set) == "0000000000002400", "\(set)")
        }
        #expect(outcome.status("Uid") == "61234 61234 61234 61234")
    }

    @Test("With no capability listed the bounding set is empty, and a setuid program gives none back")
    func emptyCapabilities() throws {
        var identity = Commands.stranger
        identity.capabilities = 0
        let tree = try TemporaryTree(in: "/run")
        // setpriv, made setuid: the kernel would make it root with everything the bounding set leaves.
        _ = try RunningProgram.output(of: ["install", "-m", "4755", "/bin/cat", "\(tree.path)/cat"])
        let outcome = try Commands.run(["sh", "-c", "\(tree.path)/cat /proc/self/status"], as: identity)
        #expect(outcome.status("CapBnd") == "0000000000000000")
        #expect(outcome.status("CapEff") == "0000000000000000")
        #expect(outcome.status("CapPrm") == "0000000000000000")
    }

    @Test("With no new privileges a setuid program changes nothing")
    func noNewPrivileges() throws {
        let tree = try TemporaryTree(in: "/run")
        _ = try RunningProgram.output(of: ["install", "-m", "4755", "/bin/cat", "\(tree.path)/cat"])
        let command = ["sh", "-c", "\(tree.path)/cat /proc/self/status"]
        #expect(try Commands.run(command, as: Commands.stranger).status("Uid") == "61234 0 0 0")
        let confined = try Commands.run(command, as: Commands.stranger) { $0.noNewPrivileges = true }
        #expect(confined.status("Uid") == "61234 61234 61234 61234")
        #expect(confined.status("NoNewPrivs") == "1")
    }

    @Test("None of a hundred open descriptors reaches it, close-on-exec or not", arguments: [0, O_CLOEXEC])
    func descriptors(flag: Int32) throws {
        let leaks = (0..<100).map { _ in open("/dev/null", O_RDWR | flag) }
        defer { for leak in leaks { close(leak) } }
        for identity in [Commands.root, Commands.stranger] {
            let outcome = try Commands.run(["ls", "/proc/self/fd"], as: identity)
            #expect(outcome.lines == ["0", "1", "2", "3"], "3 is the directory that ls reads")
        }
    }

    @Test("Signals that we block, ignore or handle are at their default in it")
    func signals() throws {
        signal(SIGUSR2, SIG_IGN)
        defer { signal(SIGUSR2, SIG_DFL) }
        var blocked = sigset_t()
        var before = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGUSR1)
        pthread_sigmask(SIG_BLOCK, &blocked, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        for identity in [Commands.root, Commands.stranger] {
            let outcome = try Commands.run(Self.status, as: identity)
            for set in ["SigBlk", "SigIgn", "SigCgt"] {
                #expect(outcome.status(set) == "0000000000000000", "\(set)")
            }
        }
        pthread_sigmask(SIG_SETMASK, nil, &blocked)
        #expect(sigismember(&blocked, SIGUSR1) == 1, "our own mask is as it was")
    }

    @Test("It leads a process group of its own, in the session of its monitor, which is not ours")
    func session() throws {
        let (running, output) = try Commands.start(["sh", "-c", "cut -d' ' -f1,5,6,7 /proc/$$/stat"])
        let text = try Commands.read(output, until: .now + .patience)
        let numbers = text.split { $0 == " " || $0 == "\n" }.compactMap { Int32($0) }
        #expect(numbers == [running.process.id, running.process.id, running.monitor.id, 0], "it has no terminal")
        #expect(running.monitor.id != getsid(0))
        #expect(try running.wait() == .exited(code: 0))
    }

    @Test("Limits hold from its first instruction")
    func limits() throws {
        let outcome = try Commands.run(["sh", "-c", "ulimit -Sn; ulimit -Hn; ulimit -c"], as: Commands.stranger) {
            $0.limits = [.init(.openFiles, soft: 33, hard: 44), .init(.coreSize, soft: 0, hard: 0)]
        }
        #expect(outcome.lines == ["33", "44", "0"])
    }

    @Test("Its environment is what was set and nothing of ours")
    func environment() throws {
        setenv("LD_PRELOAD", "/nonexistent.so", 1)
        defer { unsetenv("LD_PRELOAD") }
        let outcome = try Commands.run(["env"]) { try $0.environment.set("LANG", to: "C.UTF-8") }
        #expect(outcome.lines == ["LANG=C.UTF-8", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"])
    }

    @Test("It starts where it was told, by path or by a directory held open")
    func workingDirectory() throws {
        let tree = try TemporaryTree()
        try tree.addDirectory("there")
        try tree.addLink("link", to: "there")
        let held = try SharedDescriptor.directory("\(tree.path)/there")
        rename("\(tree.path)/there", "\(tree.path)/moved")
        let byDescriptor = try Commands.run(["pwd"], as: Commands.stranger) { $0.workingDirectory = .directory(held) }
        #expect(byDescriptor.lines == ["\(tree.path)/moved"])
        rename("\(tree.path)/moved", "\(tree.path)/there")
        let byPath = try Commands.run(["pwd"], as: Commands.stranger) {
            $0.workingDirectory = .path("\(tree.path)/link")
        }
        #expect(byPath.lines == ["\(tree.path)/there"])
    }

    @Test("A directory that the target may not enter stops it, though root could enter")
    func forbiddenDirectory() throws {
        let tree = try TemporaryTree()
        try tree.addDirectory("closed", .init(mode: 0o700))
        let path = "\(tree.path)/closed"
        for directory in [Execution.WorkingDirectory.path(path), .directory(try .directory(path))] {
            #expect(throws: ExecutionError.failed(.workingDirectory, .accessDenied)) {
                try Commands.run(["pwd"], as: Commands.stranger) { $0.workingDirectory = directory }
            }
        }
    }

    @Test("A failed exec tells its stage and leaves no child")
    func failedExec() throws {
        let tree = try TemporaryTree(in: "/run")
        try tree.add("broken", "neither a script nor a program\n", .init(mode: 0o755))
        try tree.add("private", "#!/bin/sh\n", .init(mode: 0o700))
        _ = try RunningProgram.output(of: ["install", "-m", "700", "/bin/true", "\(tree.path)/closed"])
        for identity in [Commands.root, Commands.stranger] {
            #expect(throws: ExecutionError.failed(.execute, .other(number: ENOEXEC))) {
                try Commands.run(["\(tree.path)/broken"], as: identity)
            }
        }
        #expect(throws: ExecutionError.failed(.execute, .accessDenied)) {
            try Commands.run(["\(tree.path)/closed"], as: Commands.stranger)
        }
        // Other tests' monitors may just have ended, and are reaped here.
        var zombies = [""[...]]
        for _ in 1...100 where !zombies.isEmpty {
            LingeringMonitors.reap()
            let own = try RunningProgram.output(of: ["ps", "-o", "stat=,comm=", "--ppid", "\(getpid())"])
            zombies = own.split(separator: "\n").filter { $0.hasPrefix("Z") && $0.contains("monitor") }
        }
        #expect(zombies.isEmpty)
    }

    @Test("A limit that cannot be had tells its stage")
    func failedLimit() {
        #expect(throws: ExecutionError.failed(.limits, .invalid)) {
            try Commands.run(["true"]) { $0.limits = [.init(.openFiles, soft: 20, hard: 10)] }
        }
    }

    @Test("An exit code and a death by signal are told apart")
    func endings() throws {
        #expect(try Commands.run(["sh", "-c", "exit 7"]).ending == .exited(code: 7))
        let killed = try Commands.run(["sh", "-c", "kill -TERM $$"], as: Commands.stranger)
        #expect(killed.ending == .signalled(number: SIGTERM, dumpedCore: false))
    }

    @Test("Starting costs about what posix_spawn costs (printed, not judged)")
    func latency() throws {
        let count = 100
        let clock = ContinuousClock()
        let null = try SharedDescriptor.null()
        let plain = try clock.measure {
            for _ in 0..<count { _ = try ChildProcess.run("/bin/true", timeLimit: .seconds(20)) }
        }
        for (name, identity) in [("root", Commands.root), ("another user", Commands.stranger)] {
            let program = try TrustedProgram.open("/bin/true", securePath: [])
            let execution = Execution(
                program: program, arguments: ["true"], streams: .files(input: null, output: null, error: null),
                identity: identity, workingDirectory: .path("/"))
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
        print("run true by posix_spawn: ended after \(plain / count)")
        print("open, check: \(try clock.measure { _ = try TrustedProgram.open("/bin/true", securePath: []) })")
    }
}

enum SharedWait {
    /// Whether a process ends within a few seconds.
    static func ended(_ process: ProcessHandle) throws -> Bool {
        let deadline = ContinuousClock.now + .patience
        while deadline > .now {
            if process.hasEnded { return true }
            sched_yield()
        }
        return false
    }
}
