private import CLinux
private import Glibc

/// A file of somebody else's that is read without ever waiting for it, whoever writes it and whoever else reads it.
package struct NonblockingInput: Sendable {
    private let file: SharedDescriptor
    private let isSocket: Bool

    /// - Throws: for a file that is not open for reading, and one whose owner could keep us waiting: one that a user's own program serves (FUSE), a device other than those of
    ///   memory (`/dev/null`, `/dev/zero`), a directory.
    package init(_ file: SharedDescriptor) throws(SystemError) {
        try file.check(isOpenFor: .reading)
        let kind = try file.metadata().kind
        isSocket = kind == .socket
        switch kind {
        case .socket: self.file = file
        case .fifo:
            // An opening of our own, whose flags are ours (proc_pid_fd(5)).
            let link = "/proc/self/fd/\(file.number)"
            self.file = SharedDescriptor(
                owning: try systemCall("open", on: "pipe") { bailey_open(link, O_RDONLY | O_NONBLOCK, 0) })
        // Where it is read from is shared with whoever sent it, as it is with a command that reads it itself.
        case .regular where try file.isServedByKernel: self.file = file
        case .characterDevice where try file.isMemoryDevice: self.file = file
        default: throw SystemError("record", "input from a file of this kind", code: .invalid)
        }
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
