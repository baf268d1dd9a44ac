private import CLinux
private import Glibc

/// A file of somebody else's that is read without ever waiting for it, whoever writes it and whoever else reads it.
package struct NonblockingInput: Sendable {
    private let file: SharedDescriptor
    private let isSocket: Bool

    /// - Throws: for a file that is not open for reading, and one whose owner could keep us waiting, or of which root reads more than its
    ///   owner: what does not lie on a local file system (`ForeignFile`), a device other than those of memory (`/dev/null`, `/dev/zero`), a
    ///   directory.
    package init(_ file: SharedDescriptor) throws(SystemError) {
        try file.check(isOpenFor: .reading)
        // Where a regular file is read from is shared with whoever sent it, as it is with a command that reads it itself.
        let own = try ForeignFile(file).withoutWaiting(O_RDONLY, takesDevice: \.isMemoryDevice)
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
            let count = try systemCall("receive", on: "socket", isForeign: true) {
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
