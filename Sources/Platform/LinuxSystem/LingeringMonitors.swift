private import CLinux
private import Synchronization

/// Monitors whose commands have ended and left something running: they stay its parents, so that it is known where it came from.
package enum LingeringMonitors {
    private struct Lingering: Sendable {
        let monitor: ProcessHandle
        let account: UInt32
    }

    private static let monitors = Mutex<[Lingering]>([])

    static func add(_ monitor: ProcessHandle, of account: UInt32) {
        monitors.withLock { $0.append(Lingering(monitor: monitor, account: account)) }
    }

    /// Whether commands of this account (`Execution.account`) left something running `limit` times or more: each is a process and an open
    /// file of ours for as long as it runs.
    package static func areMany(of account: UInt32, limit: Int) -> Bool {
        monitors.withLock { monitors in
            guard monitors.count(where: { $0.account == account }) >= limit else { return false }
            reap(&monitors)
            return monitors.count(where: { $0.account == account }) >= limit
        }
    }

    /// Reaps those that have ended since; the number of those that go on.
    @discardableResult
    package static func reap() -> Int {
        monitors.withLock { monitors in
            reap(&monitors)
            return monitors.count
        }
    }

    private static func reap(_ monitors: inout [Lingering]) {
        for lingering in monitors where lingering.monitor.hasEnded {
            bailey_end_monitor(lingering.monitor.pollNumber)
        }
        monitors.removeAll { !$0.monitor.holdsItsNumber || $0.monitor.hasEnded }
    }
}
