private import CLinux
private import Glibc
private import Synchronization

/// How a command ended.
package enum CommandEnding: Sendable, Hashable {
    case exited(code: Int32)
    case signalled(number: Int32, dumpedCore: Bool)
}

/// What a command did that its waiter is told.
package enum CommandChange: Sendable, Hashable {
    case stopped(signal: Int32)
    case continued
    case ended(CommandEnding)
}

/// A command that was started. It is reaped exactly once: by whoever waits for it, or, ended by force, when nobody holds this any more.
///
/// Its process id is also its process group's and its session's.
package final class RunningCommand: Sendable {
    package let process: ProcessHandle
    private let ending = Mutex<CommandEnding?>(nil)

    init(_ process: ProcessHandle) { self.process = process }

    deinit {
        guard ending.withLock({ $0 }) == nil else { return }
        try? endAll()  // whatever is left of it has no owner any more
        var change = bailey_child_change()
        _ = retrying { bailey_wait_pidfd(process.pollNumber, Int32(bailey_wait_for_end | bailey_wait_blocks), &change) }
    }

    /// Waits for the command to end and reaps it; nil when the deadline passed first. What it left behind goes on.
    package func wait(until deadline: ContinuousClock.Instant? = nil) throws(SystemError) -> CommandEnding? {
        if let known = ending.withLock({ $0 }) { return known }
        guard try LinuxSystem.wait(for: .reading, of: process.pollNumber, until: deadline) else { return nil }
        return try ending.withLock { ending throws(SystemError) in
            if let ending { return ending }
            ending = try look(for: bailey_wait_for_end).flatMap(Self.ending)
            return ending
        }
    }

    /// What changed since the last call, without waiting; nil when nothing did. The parent is told by SIGCHLD that it is worth asking.
    package func nextChange() throws(SystemError) -> CommandChange? {
        try ending.withLock { ending throws(SystemError) in
            if let ending { return .ended(ending) }
            guard let change = try look(for: bailey_wait_for_end | bailey_wait_for_stop) else { return nil }
            switch Int(change.kind) {
            case CLD_STOPPED, CLD_TRAPPED: return .stopped(signal: change.value)
            case CLD_CONTINUED: return .continued
            default:
                ending = Self.ending(change)
                return ending.map(CommandChange.ended)
            }
        }
    }

    /// Sends a signal to the command alone.
    package func send(signal: Int32) throws(SystemError) { try process.send(signal: signal) }

    /// Sends a signal to the command's own process group. Nothing is sent once the command was reaped: its number may be another's.
    package func sendToGroup(signal: Int32) throws(SystemError) {
        try ending.withLock { ending throws(SystemError) in
            guard ending == nil else { return }
            let group = process.id
            try systemCall("signal", on: "process group \(group)") { kill(-group, signal) }
        }
    }

    /// Ends the command with everything in its session, background jobs included: SIGTERM, then SIGKILL after `grace`. Reaps it.
    package func end(grace: Duration) throws(SystemError) -> CommandEnding {
        for member in try DescendantProcesses.members(ofSession: process.id) {
            try? member.send(signal: SIGTERM)  // it may have ended by itself
            try? member.send(signal: SIGCONT)  // a stopped process would not see the first
        }
        _ = try waitKeeping(until: .now + grace)
        try endAll()
        guard let ending = try wait() else { throw SystemError("wait for", "command", code: .noProcess) }
        return ending
    }

    /// Kills its whole session and what descends from it, as long as something is left.
    private func endAll() throws(SystemError) {
        // The leader is not reaped, so its number still names this session and no other.
        try DescendantProcesses.kill(session: process.id)
        try? process.send(signal: SIGKILL)  // a leader that has ended has nothing to be killed
    }

    private func waitKeeping(until deadline: ContinuousClock.Instant) throws(SystemError) -> Bool {
        try LinuxSystem.wait(for: .reading, of: process.pollNumber, until: deadline)
    }

    private func look(for what: Int) throws(SystemError) -> bailey_child_change? {
        var change = bailey_child_change()
        let number = process.pollNumber
        let found = try systemCall("wait for", on: "process \(process.id)") {
            bailey_wait_pidfd(number, Int32(what), &change)
        }
        return found == 1 ? change : nil
    }

    private static func ending(_ change: bailey_child_change) -> CommandEnding? {
        switch Int(change.kind) {
        case CLD_EXITED: .exited(code: change.value)
        case CLD_KILLED: .signalled(number: change.value, dumpedCore: false)
        case CLD_DUMPED: .signalled(number: change.value, dumpedCore: true)
        default: nil
        }
    }

    private func retrying(_ body: () -> Int32) -> Int32 {
        while true {
            let result = body()
            if result != -1 || errno != EINTR { return result }
        }
    }
}
