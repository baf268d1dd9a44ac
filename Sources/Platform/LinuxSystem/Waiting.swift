private import Glibc

extension ContinuousClock.Instant {
    /// Milliseconds until then for poll(2), rounded up; 0 once it has passed.
    var millisecondsLeft: Int32 { (self - .now).milliseconds }
}

extension Duration {
    /// For C: rounded up, at least 0, at most what fits.
    var milliseconds: Int32 {
        guard self > .zero else { return 0 }
        let (seconds, attoseconds) = components
        return Int32(
            clamping: seconds.multipliedReportingOverflow(by: 1000).overflow
                ? Int64(Int32.max) : seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }
}

/// Which side of an open file something is awaited on (poll(2)).
enum Readiness: Sendable {
    case reading, writing

    var event: Int16 { Int16(self == .reading ? POLLIN : POLLOUT) }
}

/// Waits until the file is ready, closed or broken; false when the deadline passed first. Without a deadline it waits as long as it takes.
func wait(
    for readiness: Readiness, of number: Int32, until deadline: ContinuousClock.Instant?
) throws(SystemError) -> Bool {
    while true {
        var event = pollfd(fd: number, events: readiness.event, revents: 0)
        let ready = poll(&event, 1, deadline?.millisecondsLeft ?? -1)
        if ready > 0 { return true }
        if ready == 0 {
            if let deadline, deadline > .now { continue }
            return false
        }
        let reason = errno
        guard reason == EINTR else { throw SystemError("wait for", "open file", errorNumber: reason) }
    }
}
