private import CLinux
private import Glibc

/// An open file that several hold; closed when the last lets go of it.
package final class SharedDescriptor: Sendable {
    let descriptor: FileDescriptor

    package init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    convenience init(owning number: Int32) { self.init(FileDescriptor(owning: number)) }

    var number: Int32 { descriptor.number }

    /// Opens `/dev/null` for reading and writing: the stream of a command that has none.
    package static func null() throws(SystemError) -> SharedDescriptor {
        SharedDescriptor(owning: try systemCall("open", on: "/dev/null") { bailey_open("/dev/null", O_RDWR, 0) })
    }

    /// A directory, held so that its name may change and it stays the same.
    package static func directory(_ path: String) throws(SystemError) -> SharedDescriptor {
        SharedDescriptor(
            owning: try systemCall("open", on: path) { bailey_open(path, bailey_O_PATH | O_DIRECTORY, 0) })
    }

    /// A copy of one of this process's own standard streams (0, 1, 2).
    package static func standardStream(_ number: Int32) throws(SystemError) -> SharedDescriptor {
        precondition((0...2).contains(number), "standard streams are 0, 1 and 2")
        return SharedDescriptor(
            owning: try systemCall("duplicate", on: "standard stream \(number)") { bailey_duplicate(number) })
    }

    /// The two ends of a pipe: what is written to the second is read from the first. Reading does not wait.
    package static func pipe() throws(SystemError) -> (reading: SharedDescriptor, writing: SharedDescriptor) {
        var ends: [Int32] = [-1, -1]
        try systemCall("create pipe") { bailey_pipe(&ends) }
        return (SharedDescriptor(owning: ends[0]), SharedDescriptor(owning: ends[1]))
    }

    /// The two ends of a pipe for another program to read from: writing does not wait, reading does.
    package static func inputPipe() throws(SystemError) -> (reading: SharedDescriptor, writing: SharedDescriptor) {
        var ends: [Int32] = [-1, -1]
        try systemCall("create pipe") { bailey_input_pipe(&ends) }
        return (SharedDescriptor(owning: ends[0]), SharedDescriptor(owning: ends[1]))
    }

    /// A file in memory that holds `bytes`, to be read from its beginning.
    package static func memory(_ bytes: [UInt8]) throws(SystemError) -> SharedDescriptor {
        let file = SharedDescriptor(
            owning: try systemCall("create", on: "file in memory") { bailey_memory_file("bailey") })
        try file.descriptor.write(bytes, subject: "file in memory")
        let number = file.number
        try systemCall("rewind", on: "file in memory") { lseek(number, 0, SEEK_SET) }
        return file
    }

    /// All that is in a regular file of a local file system from its beginning, whoever else holds it and wherever they read, at most
    /// `limit` bytes. Anything else, which could keep us waiting, is an error.
    package func contents(limit: Int) throws(SystemError) -> [UInt8] {
        try check(isOpenFor: .reading)
        let file = try ForeignFile(self)
        guard file.kind == .regular else { throw SystemError("read", "what is no regular file", code: .invalid) }
        try file.checkIsLocal()
        guard file.size <= limit else { throw SystemError("read", "file", code: .tooLarge) }
        var bytes = [UInt8](repeating: 0, count: Int(file.size))
        var count = 0
        let number = number
        while count < bytes.count {
            let got = try systemCall("read", on: "file", isForeign: true) {
                // SAFETY: what is left of the array from `count` on is what the kernel may write.
                bytes.withUnsafeMutableBytes {
                    pread(number, $0.baseAddress.map { $0 + count }, $0.count - count, off_t(count))
                }
            }
            if got == 0 { break }
            count += got
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    enum Access { case reading, writing }

    /// What others opened may be open for the other direction alone, or as a place (`O_PATH`, open(2)): to read or write it all the same
    /// would be our own mistake (EBADF). For every descriptor that comes from somebody else, before it is used.
    func check(isOpenFor access: Access) throws(SystemError) {
        let number = number
        let flags = try systemCall("look at", on: "open file", isForeign: true) { fcntl(number, F_GETFL) }
        let mode = flags & O_ACCMODE
        let isOpen =
            flags & bailey_O_PATH == 0 && (mode == O_RDWR || mode == (access == .reading ? O_RDONLY : O_WRONLY))
        guard isOpen else {
            throw SystemError(access == .reading ? "read" : "write", "a file that is not open for that", code: .invalid)
        }
    }

    /// That closing it waits for no program of a user's (`ForeignFile`). For every descriptor that comes from somebody else, before it is
    /// handed to a process that others wait for.
    package func checkClosesAtOnce() throws(SystemError) { try ForeignFile(self).checkClosesAtOnce() }

    /// What is no device is not asked: an ioctl(2) on a file of FUSE is answered by its program.
    package var isTerminal: Bool { (try? ForeignFile(self).kind) == .characterDevice && isatty(number) == 1 }

    package func metadata() throws(SystemError) -> FileMetadata { try descriptor.metadata(subject: "open file") }

    /// Where the file is now, as the kernel names it (`/proc/self/fd`).
    package func path() throws(SystemError) -> String {
        try LinuxSystem.linkTarget("/proc/self/fd/\(number)")
    }

    /// Waits until there is something to read, or the end; false when the deadline passed first.
    package func waitForInput(until deadline: ContinuousClock.Instant?) throws(SystemError) -> Bool {
        try wait(for: .reading, of: number, until: deadline)
    }

    /// For an event loop.
    package var pollNumber: Int32 { number }

    /// What can be read now, at most `limit` bytes; empty at the end. Nil when there is nothing yet.
    package func readAvailable(limit: Int) throws(SystemError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        let number = number
        do throws(SystemError) {
            let count = try systemCall("read", on: "open file", isForeign: true) {
                // SAFETY: the kernel writes at most the array's count.
                bytes.withUnsafeMutableBytes { read(number, $0.baseAddress, $0.count) }
            }
            bytes.removeLast(limit - count)
            return bytes
        } catch  where error.code == .wouldBlock {
            return nil
        }
    }

    /// Writes what can be written now, and returns how many bytes that were; 0 when the reader is behind.
    package func writeAvailable(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
        let number = number
        do throws(SystemError) {
            return try systemCall("write", on: "open file", isForeign: true) {
                // SAFETY: the kernel reads at most the slice's count.
                bytes.withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
            }
        } catch  where error.code == .wouldBlock {
            return 0
        }
    }
}
