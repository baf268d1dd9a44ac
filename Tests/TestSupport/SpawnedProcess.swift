private import Glibc

/// A child of the test's own with nothing open but its standard streams. Foundation's `Process` hands what other tests have open at the
/// moment on to it, so that who waits for the end of a pipe, or of a process, waits for strangers too.
package final class SpawnedProcess: @unchecked Sendable {
    // @unchecked: `status` is touched by who waits for the process, and that is one.
    package let id: Int32
    private var status: Int32?

    /// Starts `arguments[0]`, looked up in PATH where it has no slash, with descriptors of the caller's as its standard streams.
    package init(
        _ arguments: [String], environment: [String: String]? = nil, input: Int32, output: Int32, errors: Int32
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (source, target) in [(input, 0), (output, 1), (errors, 2)] as [(Int32, Int32)] {
            posix_spawn_file_actions_adddup2(&actions, source, target)
        }
        guard let closeFrom = Self.closeFrom, closeFrom(&actions, 3) == 0 else {
            throw TestSupportError("close descriptors", errno: ENOSYS)
        }
        // Threads of a pool block signals, and ignored ones stay ignored: a child shall start with neither.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let variables = environment.map { $0.map { "\($0.key)=\($0.value)" } } ?? Self.ownEnvironment
        var pid: pid_t = 0
        let failure = Self.withPointers(arguments) { arguments in
            Self.withPointers(variables) { variables in
                arguments[0].map { posix_spawnp(&pid, $0, &actions, &attributes, arguments, variables) } ?? ENOENT
            }
        }
        guard failure == 0 else { throw TestSupportError("run \(arguments)", errno: failure) }
        id = pid
    }

    private static var ownEnvironment: [String] {
        var entries: [String] = []
        var next = environ
        while let entry = next.pointee {
            entries.append(String(cString: entry))
            next = next.successor()
        }
        return entries
    }

    /// posix_spawn_file_actions_addclosefrom_np(3), which Swift's Glibc module leaves out.
    private static let closeFrom: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32)? =
        dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
            unsafeBitCast(
                $0, to: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32).self)
        }

    private static func withPointers<Result>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { preconditionFailure("there is the null pointer at least") }
            return body(start)
        }
    }

    package func signal(_ number: Int32) { if status == nil { kill(id, number) } }

    /// Waits for its end: its exit code, or 128 and the number of the signal that ended it.
    @discardableResult
    package func wait() -> Int32 {
        if let status { return status }
        var word: Int32 = 0
        while waitpid(id, &word, 0) == -1, errno == EINTR {}
        let signal = word & 0x7f
        let ending = signal == 0 ? word >> 8 & 0xff : 128 + signal
        status = ending
        return ending
    }
}
