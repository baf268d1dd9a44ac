private import CLinux
private import Glibc

/// Facts about this process and its surroundings.
package enum CurrentProcess {
    package static var effectiveUserID: UInt32 { geteuid() }
    package static var id: Int32 { getpid() }

    /// Ends the process (exit(3)).
    package static func end(status: Int32) -> Never { exit(status) }

    /// What a program does first: a standard stream that the caller closed is opened on `/dev/null`, else the next file opened
    /// would take its number and receive what is printed; and a reader that goes away becomes an error in place of a signal.
    package static func prepareStandardStreams() {
        for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) == -1 {
            // The lowest free number is given, and those below `number` are taken, so this is the stream itself. Not CLOEXEC: a child
            // inherits its standard streams.
            _ = Glibc.open("/dev/null", O_RDWR)
        }
        signal(SIGPIPE, SIG_IGN)
    }

    /// Lets this process hold as many files open as its hard limit allows (RLIMIT_NOFILE, getrlimit(2)).
    /// - Returns: what it was before, for what is started to have.
    package static func raiseOpenFileLimit() throws(SystemError) -> Execution.ResourceLimit {
        var (before, most): (UInt64, UInt64) = (0, 0)
        try systemCall("raise", on: "limit of open files") { bailey_raise_open_file_limit(&before, &most) }
        return Execution.ResourceLimit(.openFiles, soft: before, hard: most)
    }

    /// Gives memory that was allocated once and is free now back to the kernel (malloc_trim(3)): the allocator keeps it, and for each of
    /// many threads its own. The program's own pages are unmapped too (MADV_DONTNEED), to be mapped again as they are needed.
    package static func releaseFreeMemory() { bailey_release_free_memory() }

    /// Has all threads allocate from `count` arenas (M_ARENA_MAX, mallopt(3)): by itself the allocator makes up to eight for each processor,
    /// and each keeps what its threads once needed. To be called before there are threads.
    package static func limitMemoryArenas(to count: Int32) { bailey_limit_memory_arenas(count) }

    /// Processors that there are, at least one (`_SC_NPROCESSORS_ONLN`, sysconf(3)).
    package static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Clock ticks a second in which `/proc` counts time (`_SC_CLK_TCK`, sysconf(3)).
    package static var clockTicksPerSecond: Int { sysconf(Int32(_SC_CLK_TCK)) }

    /// Clock ticks since the host started, sleep included, on the clock of `starttime` in `/proc/PID/stat`.
    package static var ticksSinceBoot: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        let ticks = Double(clockTicksPerSecond)
        return UInt64((Double(time.tv_sec) + Double(time.tv_nsec) / 1e9) * ticks)
    }

    /// The value of an environment variable; nil when it is not set.
    package static func environment(_ name: String) -> String? {
        // SAFETY: nothing in Bailey writes the environment, so the string getenv(3) points to stays.
        getenv(name).map { String(cString: $0) }
    }

    /// The path of the running program file (`/proc/self/exe`).
    package static func executablePath() throws(SystemError) -> String {
        try linkTarget("/proc/self/exe")
    }

    /// The directory that relative paths start from (getcwd(3)).
    package static func workingDirectory() throws(SystemError) -> String {
        var path = [CChar](repeating: 0, count: 4096)
        try systemCall("find", on: "the working directory") { getcwd(&path, path.count) == nil ? -1 : 0 }
        return String(decoding: path.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// What new files are not given (umask(2)), 0 to 0o777.
    package static var fileModeMask: UInt16 {
        // There is no call that only looks. A file that another thread made in between would be its owner's alone.
        let mask = umask(0o077)
        umask(mask)
        return UInt16(mask & 0o777)
    }

    package static var isStandardOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    package static var isStandardErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Columns of the terminal that standard output goes to; nil when it goes elsewhere.
    package static var terminalColumns: Int? {
        let columns = Int(bailey_terminal_columns(STDOUT_FILENO))
        return columns > 0 ? columns : nil
    }
}

/// The standard streams, written without buffering in between.
package enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    /// Writes all of `bytes`. A reader that went away (EPIPE) is an error like any other.
    package func write(_ bytes: some Collection<UInt8>) throws(SystemError) {
        let contiguous = ContiguousArray(bytes)
        var written = 0
        while written < contiguous.count {
            let number = rawValue
            written += try systemCall("write", on: self == .output ? "standard output" : "standard error") {
                // SAFETY: `written` never passes the array's count.
                contiguous.withUnsafeBytes {
                    Glibc.write(number, $0.baseAddress.map { $0 + written }, $0.count - written)
                }
            }
        }
    }
}
