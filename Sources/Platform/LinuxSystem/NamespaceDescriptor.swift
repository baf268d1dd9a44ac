private import CLinux
private import Glibc

/// An open network namespace: it stays in existence as long as this does, which several may share.
package final class NamespaceDescriptor: Sendable {
    private let descriptor: FileDescriptor
    /// Its inode on nsfs.
    package let id: UInt64

    /// Opens a namespace by a path that leads to it: `/proc/PID/ns/net`, a bind mount, `/proc/PID/fd/N`.
    package init(opening path: String) throws(SystemError) {
        let descriptor = try FileDescriptor.open(forReading: path)
        id = try descriptor.metadata(subject: path).inode
        self.descriptor = descriptor
    }

    /// Opens the namespace of a socket that another process holds (pidfd_getfd(2), SIOCGSKNS of ioctl_ns(2)): it may be one that no
    /// process is in and no path leads to.
    package init(ofSocket number: Int32, heldBy process: Int32) throws(SystemError) {
        let subject = "/proc/\(process)/fd/\(number)"
        let holder = FileDescriptor(owning: try systemCall("pidfd_open", on: subject) { bailey_pidfd_open(process) })
        let holderNumber = holder.number
        let socket = FileDescriptor(
            owning: try systemCall("pidfd_getfd", on: subject) { bailey_pidfd_getfd(holderNumber, number) })
        let socketNumber = socket.number
        let descriptor = FileDescriptor(
            owning: try systemCall("SIOCGSKNS", on: subject) { bailey_socket_namespace(socketNumber) })
        id = try descriptor.metadata(subject: subject).inode
        self.descriptor = descriptor
    }

    /// Moves the calling thread into the namespace (setns(2)). Only ever called on an `OwnThread`, which ends there.
    package func enter() throws(SystemError) {
        let number = descriptor.number
        try systemCall("enter network namespace", on: "net:[\(id)]") { bailey_enter_network_namespace(number) }
    }
}
