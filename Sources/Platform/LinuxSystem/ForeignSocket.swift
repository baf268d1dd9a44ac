private import CLinux
private import Glibc

/// A second descriptor of a socket that another process has open (pidfd_getfd(2)): what netlink does not tell of it, it tells itself.
/// Needs the right to trace that process (ptrace(2), `PTRACE_MODE_ATTACH_REALCREDS`).
package struct ForeignSocket: ~Copyable {
    private let descriptor: FileDescriptor
    private let subject: String

    package init(_ number: Int32, heldBy process: Int32) throws(SystemError) {
        let subject = "/proc/\(process)/fd/\(number)"
        let holder = FileDescriptor(owning: try systemCall("pidfd_open", on: subject) { bailey_pidfd_open(process) })
        let holderNumber = holder.number
        descriptor = FileDescriptor(
            owning: try systemCall("pidfd_getfd", on: subject) { bailey_pidfd_getfd(holderNumber, number) })
        self.subject = subject
    }

    /// Its network namespace (`SIOCGSKNS`, ioctl_ns(2)): it may be one that no process is in and no path leads to.
    package func namespace() throws(SystemError) -> NamespaceDescriptor {
        let (number, subject) = (descriptor.number, subject)
        return try NamespaceDescriptor(
            owning: FileDescriptor(owning: try systemCall("SIOCGSKNS", on: subject) { bailey_socket_namespace(number) })
        )
    }

    /// What a vsock socket is bound and connected to (vsock(7)).
    package struct VsockState: Sendable, Hashable {
        package var isListening: Bool
        package var localContext: UInt32
        package var localPort: UInt32
        /// Nil when it is not connected.
        package var remoteContext: UInt32?
        package var remotePort: UInt32?
    }

    /// Nil when it is a socket of another family.
    package func vsock() -> VsockState? {
        guard option(SO_DOMAIN) == AF_VSOCK, let local = address(of: getsockname) else { return nil }
        let remote = address(of: getpeername)
        return VsockState(
            isListening: option(SO_ACCEPTCONN) == 1, localContext: local.context, localPort: local.port,
            remoteContext: remote?.context, remotePort: remote?.port)
    }

    private func option(_ name: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor.number, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
    }

    /// `struct sockaddr_vm`: family, two reserved bytes, port, context id, in host order.
    private func address(
        of ask: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> (context: UInt32, port: UInt32)? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &storage) { bytes in
            // SAFETY: sockaddr_storage is made to be used as any socket address, and the kernel is told its size.
            guard let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                ask(descriptor.number, pointer, &size) == 0, size >= 12
            else { return nil }
            return (
                bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self),
                bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
            )
        }
    }
}
