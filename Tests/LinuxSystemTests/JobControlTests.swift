import Glibc
import LinuxSystem
import TestSupport
import Testing

/// Commands with a terminal of their own, and people who type at it.
@Suite(.enabled(if: FileSystemUser.isRoot, "only root starts commands as somebody else"))
struct JobControlTests {
    /// A command at a terminal, seen from the keyboard's side.
    final class Seat {
        let running: RunningCommand
        private(set) var terminal: PseudoTerminal?
        private let limit = ContinuousClock.now + .patience

        init(_ command: [String], as identity: Execution.Identity = Commands.stranger) throws {
            let (terminal, slave) = try PseudoTerminal.open()
            try PseudoTerminal.give(slave, to: identity.user, group: identity.group)
            terminal.windowSize = WindowSize(rows: 24, columns: 80)
            var execution = try Commands.execution(command, as: identity, output: slave)
            execution.streams = .terminal(slave)
            self.terminal = terminal
            running = try execution.start()
        }

        func type(_ text: String) throws {
            let master = try #require(terminal?.master)
            #expect(try master.writeAvailable(Array(text.utf8)[...]) == text.utf8.count)
        }

        /// Nil when the last process has closed its side.
        private func read(_ master: SharedDescriptor) throws -> [UInt8]? {
            do {
                return try master.readAvailable(limit: 65536) ?? []
            } catch {
                guard error.code == .other(number: EIO) else { throw error }
                return nil
            }
        }

        /// What is shown up to `mark`, or to the end.
        @discardableResult
        func shown(upTo mark: String? = nil) throws -> String {
            let master = try #require(terminal?.master)
            var bytes: [UInt8] = []
            while limit > .now, try master.waitForInput(until: limit) {
                guard let more = try read(master) else { break }
                bytes += more
                if let mark, String(decoding: bytes, as: UTF8.self).contains(mark) { break }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            if let mark { #expect(text.contains(mark), "\(text)") }
            return text
        }

        func nextChange() throws -> CommandChange? {
            while limit > .now {
                if let change = try running.nextChange() { return change }
                var entries = [PollEntry(running.pollNumber)]
                _ = try poll(&entries, until: limit)
            }
            return nil
        }

        /// Takes the terminal away, as its window does when it is closed.
        func closeTerminal() { terminal = nil }
    }

    @Test("Its process group is the foreground group of its terminal, and its terminal is its controlling one")
    func foreground() throws {
        for identity in [Commands.stranger, Commands.root] {
            let seat = try Seat(["sh", "-c", "cut -d' ' -f1,5,6,8 /proc/$$/stat; echo x >/dev/tty"], as: identity)
            let numbers = try seat.shown(upTo: "x").split { $0 == " " || $0 == "\r\n" }.compactMap { Int32($0) }
            let id = seat.running.process.id
            #expect(numbers == [id, id, seat.running.monitor.id, id])
            #expect(try seat.nextChange() == .ended(.exited(code: 0), leftBehind: 0))
        }
    }

    @Test("^Z stops it, resuming lets it go on in the foreground, and it reads what is typed then")
    func stopAndResume() throws {
        let seat = try Seat(["sh", "-c", "echo up; exec cat"])
        try seat.shown(upTo: "up")
        for _ in 0..<3 {
            try seat.type("\u{1a}")
            #expect(try seat.nextChange() == .stopped(signal: SIGTSTP))
            try seat.running.resume()
            #expect(try seat.nextChange() == .continued)
            try seat.type("still here\n")
            try seat.shown(upTo: "still here\r\nstill here")
        }
        try seat.type("\u{4}")
        #expect(try seat.nextChange() == .ended(.exited(code: 0), leftBehind: 0))
    }

    @Test("^C reaches the command's group and neither its monitor nor what has a session of its own")
    func interrupt() throws {
        let script = """
            trap 'echo interrupted; exit 9' INT
            setsid sh -c 'trap "" HUP; echo $$; exec sleep 1000' </dev/null &
            sleep 0; read line
            """
        let seat = try Seat(["sh", "-c", script])
        let other = try ProcessHandle(opening: try #require(Int32(try seat.shown(upTo: "\r\n").prefix { $0.isNumber })))
        try seat.type("\u{3}")
        #expect(try seat.nextChange() == .ended(.exited(code: 9), leftBehind: 1))
        #expect(!other.hasEnded)
        try other.send(signal: SIGKILL)
    }

    @Test("A shell in it has job control: a job is stopped, listed and brought back")
    func shell() throws {
        let seat = try Seat(["bash", "--norc", "--noprofile", "-i"])
        try seat.type("PS1='ready> '; sh -c 'echo u\"\"p; exec cat'\n")
        try seat.shown(upTo: "up\r\n")
        try seat.type("\u{1a}")
        try seat.shown(upTo: "Stopped")
        try seat.type("fg\n")
        try seat.shown(upTo: "exec cat'\r\n")
        try seat.type("back again\n")
        try seat.shown(upTo: "back again\r\nback again")
        #expect(try seat.running.nextChange() == nil, "the shell itself was never stopped")
        try seat.type("\u{4}")
        try seat.shown(upTo: "ready> ")
        try seat.type("exit 5\n")
        #expect(try seat.nextChange() == .ended(.exited(code: 5), leftBehind: 0))
    }

    @Test("A new window size is told to it")
    func windowSize() throws {
        let seat = try Seat(["sh", "-c", "trap 'stty size; exit 4' WINCH; echo up; read line"])
        try seat.shown(upTo: "up")
        seat.terminal?.windowSize = WindowSize(rows: 50, columns: 133)
        try seat.shown(upTo: "50 133")
        #expect(try seat.nextChange() == .ended(.exited(code: 4), leftBehind: 0))
    }

    @Test("When its terminal goes away it is told by SIGHUP")
    func terminalGoes() throws {
        for identity in [Commands.stranger, Commands.root] {
            let seat = try Seat(["sh", "-c", "trap 'exit 3' HUP; echo up; while :; do read line; done"], as: identity)
            try seat.shown(upTo: "up")
            seat.closeTerminal()
            #expect(try seat.nextChange() == .ended(.exited(code: 3), leftBehind: 0))
        }
    }

    @Test("A background process in its group outlives its end, and all that it had shown is read")
    func background() throws {
        let script = "(echo $$; exec sleep 1000) </dev/null >/dev/null 2>&1 & seq 20000; echo id=$!"
        let seat = try Seat(["sh", "-c", script])
        var text = try seat.shown(upTo: "id=")
        if !text.hasSuffix("\r\n") { text += try seat.shown(upTo: "\r\n") }
        #expect(text.contains("19999\r\n20000\r\n"))
        #expect(try seat.nextChange() == .ended(.exited(code: 0), leftBehind: 1))
        let number = text.split(separator: "id=").last?.prefix { $0.isNumber }
        let left = try ProcessHandle(opening: try #require(number.flatMap { Int32($0) }))
        #expect(!left.hasEnded)
        try left.send(signal: SIGKILL)
    }
}
