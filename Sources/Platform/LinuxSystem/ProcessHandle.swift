private import CLinux
private import Glibc

/// A process, held by pidfd: while this exists, what is asked of it is answered by this process or by nobody, never by a later one of the
/// same number.
package struct ProcessHandle: Sendable {
    package let id: Int32
    private let descriptor: SharedDescriptor

    package init(opening id: Int32) throws(SystemError) {
        self.init(
            id: id,
            descriptor: SharedDescriptor(owning: try systemCall("open", on: "process \(id)") { bailey_pidfd_open(id) }))
    }

    init(id: Int32, descriptor: SharedDescriptor) {
        self.id = id
        self.descriptor = descriptor
    }

    /// Whether its number is still its own: it runs, or ended and was not reaped yet.
    package var holdsItsNumber: Bool {
        // A signal that may not be sent has found its process.
        bailey_pidfd_signal(descriptor.number, 0) == 0 || errno == EPERM
    }

    /// Whether it has ended (a pidfd becomes readable then, pidfd_open(2)).
    package var hasEnded: Bool {
        var event = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        return poll(&event, 1, 0) > 0 || !holdsItsNumber
    }

    /// Its parent and its effective user, asked of the handle itself (Linux 6.13); nil where the kernel does not tell, or it is gone.
    var lineage: (parent: Int32, user: UInt32)? {
        var (parent, user): (Int32, UInt32) = (0, 0)
        return bailey_pidfd_lineage(descriptor.number, &parent, &user) == 0 ? (parent, user) : nil
    }

    package func send(signal: Int32) throws(SystemError) {
        let number = descriptor.number
        try systemCall("signal", on: "process \(id)") { bailey_pidfd_signal(number, signal) }
    }

    /// For an event loop: becomes readable when the process ends.
    package var pollNumber: Int32 { descriptor.number }
}
