private import CLinux
private import Glibc

/// A socket found among a process's open files.
package struct HeldSocket: Sendable, Hashable {
    package let inode: UInt64
    package let descriptor: Int32
}

/// The open files of a process, as far as they are sockets or namespaces (`/proc/PID/fd`, proc_pid_fd(5)).
package struct ProcessDescriptors: Sendable {
    package var sockets: [HeldSocket] = []
    /// Descriptor numbers of open network namespaces and their inodes.
    package var namespaces: [HeldSocket] = []
    /// Descriptors that are listed and yet may not be looked at, as a security module can decide.
    package var refused = 0

    /// - Parameter path: `/proc/PID/fd` or `/proc/PID/task/TID/fd`.
    ///
    /// A readlink a descriptor is what the kernel asks for at the least: the directory listing has no socket numbers in it.
    package init(at path: String) throws(SystemError) {
        let directory = try Directory(opening: path)
        let parent = directory.descriptor.number
        let target = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
        defer { target.deallocate() }
        let socketPrefix = UInt64(littleEndian: Self.word("socket:["))
        let namespacePrefix = Array("net:[".utf8)
        try directory.forEachName { name in
            let count = bailey_readlinkat(parent, name.baseAddress, target.baseAddress, target.count)
            // A descriptor that was closed since the listing is no longer the process's: nothing is missed.
            if count == -1, errno == EACCES || errno == EPERM { refused += 1 }
            // SAFETY: `count` is at most the buffer's 64 bytes.
            guard count > 8, let number = Self.decimal(UnsafeRawBufferPointer(name)) else { return true }
            let link = UnsafeRawBufferPointer(rebasing: target[..<count])
            if link.loadUnaligned(as: UInt64.self) == socketPrefix {
                if let inode = Self.decimal(UnsafeRawBufferPointer(rebasing: link[8...])) {
                    sockets.append(HeldSocket(inode: inode, descriptor: Int32(truncatingIfNeeded: number)))
                }
            } else if link.starts(with: namespacePrefix),
                let inode = Self.decimal(UnsafeRawBufferPointer(rebasing: link[5...]))
            {
                namespaces.append(HeldSocket(inode: inode, descriptor: Int32(truncatingIfNeeded: number)))
            }
            return true
        }
    }

    /// Whether a thread uses the descriptor table of its process, as threads do unless they unshare it (unshare(2), `CLONE_FILES`). A
    /// kernel that does not tell (kcmp(2) compiled out, or not permitted) counts as no.
    package static func areShared(process: Int32, thread: Int32) -> Bool {
        bailey_compare_descriptor_tables(process, thread) == 0
    }

    private static func word(_ text: StaticString) -> UInt64 {
        // SAFETY: the literal has eight bytes.
        UnsafeRawPointer(text.utf8Start).loadUnaligned(as: UInt64.self)
    }

    /// The decimal number the bytes start with; nil when they start with no digit.
    private static func decimal(_ bytes: UnsafeRawBufferPointer) -> UInt64? {
        var value: UInt64 = 0
        var length = 0
        for byte in bytes {
            guard byte >= 0x30, byte <= 0x39, length < 19 else { break }
            value = value &* 10 &+ UInt64(byte &- 0x30)
            length += 1
        }
        return length > 0 ? value : nil
    }
}
