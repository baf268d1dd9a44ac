import LinuxSystem
import TestSupport
import Testing

@Suite struct ChildProcessTests {
    static func shell(
        _ script: String, input: String = "", limit: Duration = .seconds(20), grace: Duration = .seconds(2)
    ) throws -> ChildProcess.Outcome {
        try ChildProcess.run(
            "/bin/sh", arguments: ["-c", script], environment: ["PATH=/usr/bin:/bin"], input: Array(input.utf8),
            timeLimit: limit, grace: grace)
    }

    static func text(_ outcome: ChildProcess.Outcome) -> String { String(decoding: outcome.output, as: UTF8.self) }

    @Test("A program reads its input and its output is kept, error too")
    func inputAndOutput() throws {
        let outcome = try Self.shell("cat; echo bad >&2; exit 7", input: "hello\n")
        #expect(outcome.ending == .exited(code: 7))
        #expect(Self.text(outcome) == "hello\nbad\n")
    }

    @Test("A program that does not read its input neither blocks nor fails", arguments: [0, 1, 1 << 20])
    func unreadInput(size: Int) throws {
        let outcome = try Self.shell("exit 0", input: String(repeating: "x", count: size))
        #expect(outcome.ending == .exited(code: 0))
    }

    @Test("Nothing of our environment reaches it")
    func environment() throws {
        let outcome = try ChildProcess.run("/usr/bin/env", environment: ["PATH=/x"], timeLimit: .seconds(20))
        #expect(Self.text(outcome) == "PATH=/x\n")
    }

    @Test("It has a session of its own, no signal blocked or ignored, no descriptor of ours, and / as its directory")
    func surroundings() throws {
        let outcome = try Self.shell(
            "pwd; cut -d' ' -f1,5,6 /proc/$$/stat; grep -E 'Sig(Blk|Ign)' /proc/self/status; ls /proc/self/fd")
        let lines = Self.text(outcome).split(separator: "\n").map(String.init)
        #expect(lines.first == "/")
        #expect(Set(lines[1].split(separator: " ")).count == 1, "process, group and session are one: \(lines[1])")
        #expect(lines[2].hasSuffix("\t0000000000000000"))
        // 32 and 33 are the C library's own (nptl(7)): posix_spawn leaves them ignored.
        #expect(["\t0000000000000000", "\t0000000180000000"].contains { lines[3].hasSuffix($0) }, "\(lines[3])")
        #expect(lines[4...] == ["0", "1", "2", "3"], "3 is the directory that ls reads")
    }

    @Test("Endless output does not hold it up, and is kept up to the limit")
    func endlessOutput() throws {
        let outcome = try Self.shell("head -c 10000000 /dev/zero")
        #expect(outcome.ending == .exited(code: 0))
        #expect(outcome.output.count == 4096)
    }

    @Test("A program that takes too long is ended, with all that it started")
    func timeLimit() throws {
        let outcome = try Self.shell(
            "sh -c 'trap \"\" TERM; echo $$; exec sleep 1000' & sleep 1000", limit: .milliseconds(300))
        #expect(outcome.ending == .timedOut)
        let child = try #require(Int32(Self.text(outcome).split(separator: "\n").first ?? ""))
        #expect(try isGone(child))
    }

    @Test("A program that ignores SIGTERM is killed")
    func stubborn() throws {
        let outcome = try Self.shell(
            "trap '' TERM; while :; do sleep 0.01; done", limit: .milliseconds(100), grace: .milliseconds(100))
        #expect(outcome.ending == .timedOut)
    }

    @Test("What a program leaves running ends with it, even when it holds the output open")
    func leftovers() throws {
        let outcome = try Self.shell("sleep 1000 & echo $!")
        #expect(outcome.ending == .exited(code: 0))
        #expect(try isGone(try #require(Int32(Self.text(outcome).dropLast()))))
    }

    @Test("A program that is killed says by which signal")
    func signal() throws {
        #expect(try Self.shell("kill -9 $$").ending == .signalled(number: 9))
    }

    @Test("A program that cannot be started is an error")
    func notStarted() throws {
        let tree = try TemporaryTree()
        try tree.add("plain", "x", .init(mode: 0o644))
        try tree.add("no-interpreter", "echo hi", .init(mode: 0o755))
        for (name, code) in [("gone", SystemError.Code.notFound), ("plain", .accessDenied)] {
            let error = #expect(throws: SystemError.self) {
                try ChildProcess.run("\(tree.path)/\(name)", timeLimit: .seconds(1))
            }
            #expect(error?.code == code)
        }
        #expect(throws: SystemError.self, "no shell is tried in its place") {
            try ChildProcess.run("\(tree.path)/no-interpreter", timeLimit: .seconds(1))
        }
    }

    /// Whether a process has ended; an orphan that was killed may still wait for its new parent.
    private func isGone(_ process: Int32) throws -> Bool {
        let deadline = ContinuousClock.now + .patience
        while ContinuousClock.now < deadline {
            guard let status = try? FileTree().text(of: "/proc/\(process)/stat") else { return true }
            if status.split(separator: ")").last?.hasPrefix(" Z") == true { return true }
        }
        return false
    }
}
