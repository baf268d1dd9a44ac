private import CLinux
private import Glibc

extension CurrentProcess {
    package static var userID: UInt32 { getuid() }
    package static var groupID: UInt32 { getgid() }

    /// Supplementary groups (getgroups(2)).
    package static func groups() throws(SystemError) -> [UInt32] {
        var groups = [gid_t](repeating: 0, count: 65536)
        let count = try systemCall("read", on: "groups") { getgroups(Int32(groups.count), &groups) }
        return Array(groups.prefix(Int(count)))
    }

    /// Where relative paths start from now on (chdir(2)).
    package static func changeDirectory(to path: String) throws(SystemError) {
        try systemCall("enter", on: path) { chdir(path) }
    }

    /// The command line without the program's name, and that name.
    ///
    /// - Throws: where an argument is not UTF-8: repaired, it would be another one than was typed.
    package static func commandLine() throws(SystemError) -> (program: String, arguments: [String]) {
        var words: [String] = []
        for index in 0..<Int(CommandLine.argc) {
            // SAFETY: argv has argc strings that live as long as the process (execve(2)).
            guard let pointer = CommandLine.unsafeArgv[index], let word = String(validatingCString: pointer) else {
                throw SystemError("read", "argument \(index), which is not UTF-8", code: .invalid)
            }
            words.append(word)
        }
        return (words.first ?? "", Array(words.dropFirst()))
    }

    /// The variables of the environment, in its order; what is no UTF-8, or no variable, is left out.
    package static func environmentVariables() -> [(name: String, value: String)] {
        var variables: [(name: String, value: String)] = []
        // SAFETY: environ(7) ends with a null pointer, and nothing in Bailey writes the environment.
        guard var entry = bailey_environment() else { return [] }
        while let pointer = entry.pointee {
            entry += 1
            guard let text = String(validatingCString: pointer), let equals = text.utf8.firstIndex(of: 0x3d),
                equals != text.startIndex
            else { continue }
            variables.append((String(text[..<equals]), String(text[text.utf8.index(after: equals)...])))
        }
        return variables
    }

    /// The host's name (gethostname(2)); nil where it has none.
    package static func hostName() -> String? {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return nil }
        let text = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return text.isEmpty ? nil : text
    }

    /// Ends by a signal, as a command ended whose place this process takes: at its default action, without a core file.
    package static func end(bySignal signal: Int32) -> Never { bailey_end_by_signal(signal) }

    /// Stops this process with its whole group, as the terminal's suspend key does, and returns once it goes on.
    package static func stopGroup(signal: Int32) throws(SystemError) {
        try systemCall("stop", on: "process group") { bailey_stop_group(signal) }
    }

    /// Goes on in a child of the same process group. The parent ends with success as soon as the child says so, and with the child's own
    /// ending when that ends before.
    ///
    /// - Returns: in the child alone, what lets the parent go. For a process of one thread.
    package static func continueInBackground() throws(SystemError) -> () -> Void {
        var ends: [Int32] = [-1, -1]
        try systemCall("create pipe") { bailey_pipe(&ends) }
        let reading = SharedDescriptor(owning: ends[0])
        let child = try systemCall("fork", on: "process") { bailey_fork() }
        if child == 0 {
            let writing = SharedDescriptor(owning: ends[1])
            return { _ = try? writing.writeAvailable([0]) }  // a parent that has gone needs no telling
        }
        // With the parent's own copy closed, the end of the pipe means the end of the child.
        close(ends[1])
        _ = try reading.waitForInput(until: nil)
        if try reading.readAvailable(limit: 1)?.isEmpty == false { _exit(0) }
        var (code, signal, stop): (Int32, Int32, Int32) = (-1, -1, -1)
        repeat {
            try systemCall("wait for", on: "process \(child)") { bailey_wait_beside(child, &code, &signal, &stop) }
        } while stop != -1
        if signal != -1 { end(bySignal: signal) }
        _exit(code)
    }

    /// Runs another program in place of this one (execve(2)): same process, same streams. Returns with an error only.
    package static func replace(
        with path: String, arguments: [String], environment: [String]
    ) -> SystemError {
        withPointers(to: arguments) { arguments in
            withPointers(to: environment) { environment in
                bailey_replace(path, arguments, environment)
                return SystemError("run", path, errorNumber: errno)
            }
        }
    }
}

/// A program run in this process's place at the terminal while this process waits: an editor, a helper that asks for a password. It
/// shares the process group, so that the terminal's keys reach it.
package enum ForegroundProgram {
    /// - Parameters:
    ///   - program: looked up in PATH where it has no slash.
    ///   - output: its standard output; nil for this process's own.
    package static func run(
        _ program: String, arguments: [String], environment: [String], output: SharedDescriptor? = nil
    ) throws(SystemError) -> ChildProcess.Ending {
        let pid = try start(program, arguments: arguments, environment: environment, output: output?.number)
        while true {
            var (code, signal, stop): (Int32, Int32, Int32) = (-1, -1, -1)
            try systemCall("wait for", on: program) { bailey_wait_beside(pid, &code, &signal, &stop) }
            if code != -1 { return .exited(code: code) }
            if signal != -1 { return .signalled(number: signal) }
            // Its own suspend key stops it and not us, who have that signal blocked: the shell waits for both. It is continued by whoever
            // continues the group; should nothing have stopped us, it has to be us.
            try CurrentProcess.stopGroup(signal: stop)
            kill(pid, SIGCONT)
        }
    }

    /// What a program wrote to its standard output, as a secret: its first line. Nil where it failed, or wrote more than `limit` bytes.
    package static func secret(
        from program: String, arguments: [String], environment: [String], limit: Int
    ) throws(SystemError) -> SecretBytes? {
        var ends: [Int32] = [-1, -1]
        try systemCall("create pipe") { bailey_pipe(&ends) }
        let reading = SharedDescriptor(owning: ends[0])
        let writing = FileDescriptor(owning: ends[1])
        let pid = try start(program, arguments: arguments, environment: environment, output: writing.number)
        // With our own copy closed, the end of the pipe means that the program says no more.
        _ = consume writing
        var line = SecretBytes.Line(limit: limit)
        var isWhole = false
        var isTooLong = false
        while try reading.waitForInput(until: nil), var bytes = try reading.readAvailable(limit: limit) {
            if bytes.isEmpty { break }
            for byte in bytes where !isWhole {
                if byte == 0x0a { isWhole = true } else if !line.append(byte) { isTooLong = true }
            }
            bytes.wipe(0..<bytes.count)
        }
        var (code, signal, stop): (Int32, Int32, Int32) = (-1, -1, -1)
        try systemCall("wait for", on: program) { bailey_wait_beside(pid, &code, &signal, &stop) }
        return code == 0 && !isTooLong ? line.finished() : nil
    }

    private static func start(
        _ program: String, arguments: [String], environment: [String], output: Int32?
    ) throws(SystemError) -> pid_t {
        var pid: pid_t = 0
        let failure = withPointers(to: [program] + arguments) { arguments in
            withPointers(to: environment) { bailey_spawn(program, arguments, $0, -1, output ?? -1, 0, &pid) }
        }
        guard failure == 0 else { throw SystemError("run", program, errorNumber: failure) }
        return pid
    }
}

/// Lends strings as C has them, a null pointer after the last.
private func withPointers<Result>(
    to strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
    defer {
        // SAFETY: each was made by strdup(3) above and is used nowhere after the call.
        for pointer in pointers { free(pointer) }
    }
    return body(&pointers)
}
