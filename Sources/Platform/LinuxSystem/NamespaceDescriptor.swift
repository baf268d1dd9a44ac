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

    init(owning descriptor: consuming FileDescriptor) throws(SystemError) {
        id = try descriptor.metadata(subject: "network namespace").inode
        self.descriptor = descriptor
    }

    /// Moves the calling thread into the namespace (setns(2)). Only ever called on an `OwnThread`, which ends there.
    package func enter() throws(SystemError) {
        let number = descriptor.number
        try systemCall("enter network namespace", on: "net:[\(id)]") { bailey_enter_network_namespace(number) }
    }
}
