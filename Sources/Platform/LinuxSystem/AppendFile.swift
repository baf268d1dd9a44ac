private import CLinux
private import Glibc

/// A file that is only ever written at its end (O_APPEND), readable by its owner alone.
package struct AppendFile: ~Copyable, Sendable {
    package let path: String
    private let descriptor: FileDescriptor

    /// Opens a regular file that is there; a link is not followed.
    package init(opening path: String) throws(SystemError) {
        try self.init(path, flags: 0)
    }

    /// Makes a file where there is nothing yet.
    package init(creating path: String) throws(SystemError) {
        try self.init(path, flags: O_CREAT | O_EXCL)
    }

    private init(_ path: String, flags: Int32) throws(SystemError) {
        let all = O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | flags
        let file = FileDescriptor(owning: try systemCall("open", on: path) { bailey_open(path, all, 0o600) })
        guard try file.metadata(subject: path).kind == .regular else {
            throw SystemError("open", path, code: .invalid)
        }
        self.path = path
        descriptor = file
    }

    /// Takes the file's name away (unlink(2)).
    package static func remove(_ path: String) throws(SystemError) {
        try systemCall("remove", on: path) { unlink(path) }
    }

    package func metadata() throws(SystemError) -> FileMetadata { try descriptor.metadata(subject: path) }

    /// Writes all of `bytes` at the end. What fails may have written a part.
    package func write(_ bytes: [UInt8]) throws(SystemError) { try descriptor.write(bytes, subject: path) }

    /// Returns once everything written is on the disk (fdatasync(2)). After a failure the kernel may have dropped what was not yet
    /// there and call it clean, so a second sync that succeeds proves nothing.
    package func sync() throws(SystemError) {
        let number = descriptor.number
        try systemCall("sync", on: path) { fdatasync(number) }
    }

    /// Cuts the file to `size` bytes. One that is append-only is not while this is done; that takes CAP_LINUX_IMMUTABLE.
    package func truncate(to size: Int64) throws(SystemError) {
        let number = descriptor.number
        let isAppendOnly = bailey_is_append_only(number) == 1
        if isAppendOnly { try setAppendOnly(false) }
        defer {
            // Left unset by a failure here, the next opening sets it.
            if isAppendOnly { bailey_set_append_only(number, 1) }
        }
        try systemCall("truncate", on: path) { ftruncate(number, Int(size)) }
    }

    /// Sets or clears FS_APPEND_FL (chattr(1), +a): nobody, root included, changes or removes what is written without clearing it first.
    /// Not every file system has it; root without CAP_LINUX_IMMUTABLE may not set it.
    package func setAppendOnly(_ isAppendOnly: Bool) throws(SystemError) {
        let number = descriptor.number
        try systemCall(isAppendOnly ? "make append-only" : "make not append-only", on: path) {
            bailey_set_append_only(number, isAppendOnly ? 1 : 0)
        }
    }
}

extension FileDescriptor {
    /// Reads up to `count` bytes from `offset` on (pread(2)); fewer only at the end of the file.
    package func bytes(
        _ count: Int, at offset: Int64, subject: @autoclosure () -> String
    ) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let number = self.number
            let got = try systemCall("read", on: subject()) {
                // SAFETY: `filled` stays below the array's count, and no more than the rest is asked for.
                bytes.withUnsafeMutableBytes {
                    pread(number, $0.baseAddress.map { $0 + filled }, count - filled, Int(offset) + filled)
                }
            }
            if got == 0 { break }
            filled += got
        }
        bytes.removeLast(count - filled)
        return bytes
    }
}

extension Directory {
    /// Makes names that were added or removed durable (fsync(2) of the directory).
    package func sync() throws(SystemError) {
        let number = descriptor.number
        try systemCall("sync", on: path) { fsync(number) }
    }
}
