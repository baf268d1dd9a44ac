private import CLinux

/// The kernel's clock (adjtimex(2)), read without setting anything; no privilege is needed.
package struct KernelClock: Sendable, Hashable {
    /// Something disciplines the clock: neither `TIME_ERROR` nor `STA_UNSYNC`.
    package let isSynchronized: Bool
    /// Microseconds.
    package let estimatedError: Int64
    package let maximumError: Int64

    package static func read() throws(SystemError) -> KernelClock {
        var clock = bailey_clock()
        try systemCall("adjtimex") { bailey_clock_state(&clock) }
        return KernelClock(
            isSynchronized: clock.is_synchronized != 0, estimatedError: Int64(clock.estimated_error),
            maximumError: Int64(clock.maximum_error))
    }
}
