private import CLinux
private import Glibc

/// A file of somebody else's that is read without ever waiting for it, whoever writes it and whoever else reads it.
package struct NonblockingInput: Sendable {
    private let file: SharedDescriptor
    private let isSocket: Bool

    /// - Throws: for a file that is not open for reading, and one whose owner could keep us waiting: one that a user's own program serves
    ///   (FUSE), a device other than those of memory (`/dev/null`, `/dev/zero`), a directory.
    package init(_ file: SharedDescriptor) throws(SystemError) {
        try file.check(isOpenFor: .reading)
        // Where a regular file is read from is shared with whoever sent it, as it is with a command that reads it itself.
        let own = try file.withoutWaiting(O_RDONLY) { () throws(SystemError) in try file.isMemoryDevice }
        guard let own else { throw SystemError("record", "input from a file of this kind", code: .invalid) }
        (self.file, isSocket) = own
    }

    package var pollNumber: Int32 { file.number }

    /// What can be read now, at most `limit` bytes; empty at the end. Nil when there is nothing yet.
    package func readAvailable(limit: Int) throws(SystemError) -> [UInt8]? {
        guard isSocket else { return try file.readAvailable(limit: limit) }
        var bytes = [UInt8](repeating: 0, count: limit)
        let number = file.number
        do throws(SystemError) {
            let count = try systemCall("receive", on: "socket") {
                // SAFETY: the kernel writes at most the array's count.
                bytes.withUnsafeMutableBytes { recv(number, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT)) }
            }
            bytes.removeLast(limit - count)
            return bytes
        } catch  where error.code == .wouldBlock {
            return nil
        }
    }
}

extension SharedDescriptor {
    /// What the same file is used by so that no use of it waits for whoever else has it, and whether that is a socket, which is told not to
    /// wait with each use. Nil for a file whose owner could keep us waiting.
    /// - Parameters:
    ///   - flags: how a pipe is opened once more.
    ///   - takesDevice: whether a character device is one that never waits.
    func withoutWaiting(
        _ flags: Int32, takesDevice: () throws(SystemError) -> Bool
    ) throws(SystemError) -> (file: SharedDescriptor, isSocket: Bool)? {
        switch try metadata().kind {
        case .socket: return (self, true)
        case .fifo:
            // An opening of our own, whose flags are ours (proc_pid_fd(5)).
            let link = "/proc/self/fd/\(number)"
            let opened = try systemCall("open", on: "pipe") { bailey_open(link, flags | O_NONBLOCK, 0) }
            return (SharedDescriptor(owning: opened), false)
        case .regular where try isServedByKernel: return (self, false)
        case .characterDevice where try takesDevice(): return (self, false)
        default: return nil
        }
    }

    /// Whether nobody but the kernel has a say in when a read or write of it is done: no file of FUSE.
    var isServedByKernel: Bool {
        get throws(SystemError) {
            let number = number
            // FUSE_SUPER_MAGIC (statfs(2)).
            return try systemCall("statfs", on: "file") { bailey_file_system_type(number) } != 0x6573_5546
        }
    }

    /// Whether it is `/dev/null`, `/dev/zero`, `/dev/full` or one of those of random numbers: major 1, minors 3, 5, 7, 8 and 9 (null(4),
    /// full(4), random(4)).
    var isMemoryDevice: Bool {
        get throws(SystemError) {
            for minor: UInt64 in [3, 5, 7, 8, 9] where try isDevice(major: 1, minor: minor) { return true }
            return false
        }
    }

    func isDevice(major: UInt64, minor: UInt64) throws(SystemError) -> Bool {
        var status = stat()
        let number = number
        try systemCall("stat", on: "device") { fstat(number, &status) }
        return UInt64(status.st_rdev) == major << 8 | minor
    }
}
