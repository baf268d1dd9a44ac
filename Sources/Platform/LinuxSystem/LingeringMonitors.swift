private import CLinux
private import Synchronization

/// Monitors whose commands have ended and left something running: they stay its parents, so that it is known where it came from.
package enum LingeringMonitors {
    private static let monitors = Mutex<[ProcessHandle]>([])

    static func add(_ monitor: ProcessHandle) { monitors.withLock { $0.append(monitor) } }

    /// Reaps those that have ended since; the number of those that go on.
    @discardableResult
    package static func reap() -> Int {
        monitors.withLock { monitors in
            for monitor in monitors where monitor.hasEnded { bailey_end_monitor(monitor.pollNumber) }
            monitors.removeAll { !$0.holdsItsNumber || $0.hasEnded }
            return monitors.count
        }
    }
}
