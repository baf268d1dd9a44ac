/// What the kernel says of its clock (adjtimex(2)).
package struct ClockState: Sendable, Hashable {
    /// Something keeps it in time: `STA_UNSYNC` is not set.
    package var isSynchronized: Bool
    /// Microseconds.
    package var estimatedError: Int64
    package var maximumError: Int64

    package init(isSynchronized: Bool, estimatedError: Int64, maximumError: Int64) {
        self.isSynchronized = isSynchronized
        self.estimatedError = estimatedError
        self.maximumError = maximumError
    }
}
