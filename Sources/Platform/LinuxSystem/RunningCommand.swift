private import CLinux
private import Glibc
private import Synchronization

/// How a command ended.
package enum CommandEnding: Sendable, Hashable {
    case exited(code: Int32)
    case signalled(number: Int32, dumpedCore: Bool)
    /// Somebody killed its monitor, so the command was killed too, and nobody was told how it ended.
    case unseen
}

/// What a command did that its waiter is told.
package enum CommandChange: Sendable, Hashable {
    case stopped(signal: Int32)
    case continued
    /// With how many processes that descend from it went on. Those are left to themselves, as sudo leaves them: what `service x start`
    /// started is meant to stay. A command that is ended by `end`, `hangUp` or our own death leaves none, but for what the kernel cannot
    /// end (stuck in a driver, say).
    case ended(CommandEnding, leftBehind: Int)
}

/// A command that was started, with the monitor that watches it: a process between us and the command that leads the command's session,
/// has its terminal, and becomes the parent of every orphan among its descendants (PR_SET_CHILD_SUBREAPER, prctl(2)), so that nothing
/// leaves it by setsid(2) and a double fork. When this process dies, however it dies, the monitor hangs up: SIGHUP and SIGCONT, then
/// after `Execution.orphanGrace` SIGKILL to all that descends from the command.
///
/// A monitor that is itself killed (by root, or for want of memory) takes the command with it (PR_SET_PDEATHSIG); what else is in its
/// session and control group is killed when the loss is noticed. What had left the session is then seen only by a caller that adopts
/// orphans (`DescendantProcesses`), or through a control group.
///
/// Nothing here waits but `wait`. When nobody holds this any more, the command is killed with all that descends from it, and reaped.
package final class RunningCommand: Sendable {
    /// The command itself; its number is also its process group's.
    package let process: ProcessHandle
    /// Our child, for whoever tells children apart; its number is that of the command's session.
    package let monitor: ProcessHandle
    private let control: SharedDescriptor
    private let controlGroup: ControlGroup?
    private let account: UInt32
    private let ended = Mutex<CommandChange?>(nil)

    init(
        process: ProcessHandle, monitor: ProcessHandle, control: SharedDescriptor, controlGroup: ControlGroup?,
        account: UInt32
    ) {
        (self.process, self.monitor, self.control) = (process, monitor, control)
        (self.controlGroup, self.account) = (controlGroup, account)
    }

    deinit {
        guard ended.withLock({ $0 }) == nil else { return }
        // Nobody is left to be told of an error, and what cannot be asked for is done by force.
        try? end(grace: .zero)
        if (try? wait(until: .now + .seconds(15))) == nil { _ = afterLoss() }
    }

    /// For an event loop: readable when `nextChange` has something to tell.
    package var pollNumber: Int32 { control.number }

    /// What changed since the last call, without waiting; nil when nothing did. The end is told again to whoever asks again.
    package func nextChange() throws(SystemError) -> CommandChange? {
        try ended.withLock { ended throws(SystemError) in
            if let ended { return ended }
            var report = bailey_report()
            var descriptor: Int32 = -1
            try systemCall("hear of", on: "process \(process.id)") {
                bailey_next_report(control.number, &report, &descriptor)
            }
            let change = change(report)
            if case .ended(let ending, let leftBehind) = change {
                ended = change
                // It has said its last words, and is reaped here, unless it stays with what was left.
                if leftBehind == 0 { bailey_end_monitor(monitor.pollNumber) }
                if leftBehind > 0, ending != .unseen { LingeringMonitors.add(monitor, of: account) }
            }
            return change
        }
    }

    /// Waits for the command to end; nil when the deadline passed first. Stops on the way are told to nobody.
    package func wait(until deadline: ContinuousClock.Instant? = nil) throws(SystemError) -> CommandEnding? {
        while true {
            switch try nextChange() {
            case .ended(let ending, _): return ending
            case .stopped, .continued: continue
            case nil: guard try control.waitForInput(until: deadline) else { return nil }
            }
        }
    }

    /// Sends a signal to the command's process group. A command that has ended is sent nothing.
    package func send(signal: Int32) throws(SystemError) { try order(bailey_order_signal, signal) }

    /// Lets a stopped command go on, in the foreground of its terminal.
    package func resume() throws(SystemError) { try order(bailey_order_resume) }

    /// Ends the command and all that descends from it: SIGTERM, and SIGKILL to what is there after `grace`. It has ended when `nextChange`
    /// says so.
    package func end(grace: Duration) throws(SystemError) { try order(bailey_order_end, grace.milliseconds) }

    /// The same with SIGHUP, as a terminal does that goes away.
    package func hangUp(grace: Duration) throws(SystemError) { try order(bailey_order_hang_up, grace.milliseconds) }

    private func order(_ kind: bailey_order_kind, _ value: Int32 = 0) throws(SystemError) {
        var order = bailey_order(kind: Int32(kind.rawValue), value: value)
        do throws(SystemError) {
            try systemCall("send an order", on: "the monitor of process \(process.id)") {
                bailey_send_order(control.number, &order)
            }
        } catch  where error.code == .brokenPipe || error.code == .other(number: ECONNRESET) {
            // It has gone, as `nextChange` will tell.
        }
    }

    private func change(_ report: bailey_report) -> CommandChange? {
        let leftBehind = Int(report.left_behind)
        switch bailey_report_kind(UInt32(report.kind)) {
        case bailey_report_none: return nil
        case bailey_report_stopped: return .stopped(signal: report.value)
        case bailey_report_continued: return .continued
        case bailey_report_exited: return .ended(.exited(code: report.value), leftBehind: leftBehind)
        case bailey_report_killed:
            return .ended(.signalled(number: report.value, dumpedCore: report.detail != 0), leftBehind: leftBehind)
        default: return .ended(.unseen, leftBehind: afterLoss())
        }
    }

    /// Kills what the monitor would have killed, as far as it is to be found without it; the number of processes still there.
    private func afterLoss() -> Int {
        bailey_pidfd_signal(monitor.pollNumber, SIGKILL)
        try? process.send(signal: SIGKILL)  // it may have ended by itself
        try? controlGroup?.killAll()  // what this kernel lacks, the session has to make up for
        // The monitor is not reaped, so its number still names this session and no other.
        // What could not be looked for is not known to be gone.
        let rest = (try? DescendantProcesses.kill(session: monitor.id)) ?? 1
        bailey_end_monitor(monitor.pollNumber)
        return rest
    }
}
