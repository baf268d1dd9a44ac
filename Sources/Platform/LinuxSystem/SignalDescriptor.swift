private import CLinux

/// Signals as something to read (signalfd(2)): from its making on they are blocked in this thread and in all that it starts, and come
/// here alone. So it is made before any other thread is.
package final class SignalDescriptor: Sendable {
    private let descriptor: FileDescriptor

    package init(_ signals: [Int32]) throws(SystemError) {
        descriptor = FileDescriptor(
            owning: try systemCall("receive", on: "signals") { bailey_signal_descriptor(signals, signals.count) })
    }

    /// The next signal that came; nil when none did.
    package func next() throws(SystemError) -> Int32? {
        let number = descriptor.number
        let signal = try systemCall("read", on: "signals") { bailey_next_signal(number) }
        return signal == 0 ? nil : signal
    }

    /// For an event loop.
    package var pollNumber: Int32 { descriptor.number }
}
