private import CLinux
private import Glibc

/// An open file, closed when it goes out of scope. Every descriptor is opened close-on-exec.
package struct FileDescriptor: ~Copyable, Sendable {
    let number: Int32

    init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// Opens `path` for reading without becoming its controlling process and without waiting for a writer of a FIFO.
    package static func open(forReading path: String) throws(SystemError) -> FileDescriptor {
        FileDescriptor(
            owning: try systemCall("open", on: path) { bailey_open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0) })
    }

    /// Reads to the end, but at most `limit` bytes: one byte more is an error, never a silent cut.
    package func readAll(limit: Int, subject: @autoclosure () -> String) throws(SystemError) -> [UInt8] {
        let (bytes, isWhole) = try readPrefix(limit: limit, subject: subject())
        guard isWhole else { throw SystemError("read", subject(), code: .tooLarge) }
        return bytes
    }

    /// Reads up to `limit` bytes, and says whether that was all there is.
    package func readPrefix(
        limit: Int, subject: @autoclosure () -> String
    ) throws(SystemError) -> (bytes: [UInt8], isWhole: Bool) {
        var bytes: [UInt8] = []
        var capacity = min(limit + 1, 4096)
        while true {
            let start = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: capacity - start))
            let descriptor = number
            let room = capacity - start
            let count = try systemCall("read", on: subject()) {
                // SAFETY: `start + room` is the array's count, so the kernel writes inside it.
                bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress.map { $0 + start }, room) }
            }
            bytes.removeLast(capacity - start - count)
            if count == 0 { return (bytes, true) }
            if bytes.count > limit {
                bytes.removeLast(bytes.count - limit)
                return (bytes, false)
            }
            if bytes.count == capacity { capacity = min(limit + 1, capacity * 4) }
        }
    }

    /// Writes all of `bytes`.
    package func write(_ bytes: some Collection<UInt8>, subject: @autoclosure () -> String) throws(SystemError) {
        let contiguous = ContiguousArray(bytes)
        var written = 0
        while written < contiguous.count {
            let descriptor = number
            written += try systemCall("write", on: subject()) {
                // SAFETY: `written` never passes the array's count.
                contiguous.withUnsafeBytes { buffer in
                    Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
                }
            }
        }
    }

    /// Metadata of the open file.
    package func metadata(subject: @autoclosure () -> String) throws(SystemError) -> FileMetadata {
        var status = stat()
        let descriptor = number
        try systemCall("stat", on: subject()) { fstat(descriptor, &status) }
        return FileMetadata(status)
    }

    /// Gives the open file to another user and group (fchown(2)).
    package func give(to owner: FileOwner, subject: @autoclosure () -> String) throws(SystemError) {
        let descriptor = number
        try systemCall("change owner", on: subject()) { fchown(descriptor, owner.user, owner.group) }
    }
}

/// A user and a group that a file belongs to.
package struct FileOwner: Sendable, Hashable {
    package var user: UInt32
    package var group: UInt32

    package init(user: UInt32, group: UInt32) {
        self.user = user
        self.group = group
    }
}
