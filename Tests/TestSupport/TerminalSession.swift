private import Foundation
private import Glibc
private import LinuxSystem

/// Programs at a terminal of the test's own: it types, and reads what is shown.
package final class TerminalSession {
    private let terminal: PseudoTerminal
    private let process: SpawnedProcess
    package private(set) var shown = ""

    /// Starts a shell of which everything comes; it leads the terminal's session.
    package convenience init(_ script: String, environment: [String: String], interactive: Bool = false) throws {
        let shell = interactive ? ["bash", "--norc", "--noprofile", "-i"] : ["bash", "--norc", "-c", script]
        try self.init(["/usr/bin/setsid", "--ctty", "--wait"] + shell, environment: environment)
    }

    /// Starts `command`, by an absolute path, with the terminal as its standard streams; it takes it as its controlling terminal itself.
    package init(_ command: [String], environment: [String: String]) throws {
        let (terminal, slave) = try PseudoTerminal.open()
        self.terminal = terminal
        terminal.windowSize = WindowSize(rows: 24, columns: 80)
        let all = ["PATH": "/usr/bin:/bin", "TERM": "dumb", "PS1": "ready> "].merging(environment) { $1 }
        let number = slave.pollNumber
        process = try SpawnedProcess(command, environment: all, input: number, output: number, errors: number)
        withExtendedLifetime(slave) {}
    }

    package func type(_ text: String) throws { try type(Array(text.utf8)) }

    package func type(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty { rest = rest.dropFirst(try terminal.master.writeAvailable(rest)) }
    }

    package func resize(rows: UInt16, columns: UInt16) {
        terminal.windowSize = WindowSize(rows: rows, columns: columns)
    }

    /// Reads until `text` was shown, from what was not read before on; returns what came before it.
    @discardableResult
    package func read(until text: String) throws -> String {
        while true {
            if let range = shown.range(of: text) {
                defer { shown = String(shown[range.upperBound...]) }
                return String(shown[..<range.lowerBound])
            }
            guard try more() else {
                throw ProgramFailure(text: "\(text.debugDescription) is not in: \(shown.debugDescription)")
            }
        }
    }

    /// Reads to the end, and returns what was not read before.
    package func readToEnd() throws -> String {
        while try more() {}
        process.wait()
        return shown
    }

    private func more() throws -> Bool {
        guard try terminal.master.waitForInput(until: .now + .patience) else {
            throw ProgramFailure(text: "nothing more is shown after: \(shown.debugDescription)")
        }
        // At the end, when the last process has closed its side, reading fails (pty(7)).
        guard let read = try? terminal.master.readAvailable(limit: 65536) else { return false }
        shown += String(decoding: read, as: UTF8.self)
        return !read.isEmpty
    }

    /// Whether keys are echoed and lines edited, as in a shell; what a program leaves behind that has gone.
    package var isCooked: Bool {
        var settings = termios()
        guard tcgetattr(terminal.master.pollNumber, &settings) == 0 else { return false }
        return settings.c_lflag & tcflag_t(ECHO) != 0 && settings.c_lflag & tcflag_t(ICANON) != 0
            && settings.c_lflag & tcflag_t(ISIG) != 0 && settings.c_oflag & tcflag_t(OPOST) != 0
    }

    deinit {
        // What hangs at it is ended by SIGHUP as the terminal goes.
        process.signal(SIGKILL)
        process.wait()
    }
}
