private import CLinux
private import Glibc

/// A file of somebody else's that is written to without ever waiting for it, whoever reads it and whatever else is written there.
package struct NonblockingOutput: Sendable {
    private let file: SharedDescriptor
    private let isSocket: Bool
    private let sender: Sender

    /// In whose name something is written to a socket. Who receives it from a Unix socket may ask the kernel who sent it (unix(7),
    /// `SO_PASSCRED`), as the system's log does: that is whoever gave us the socket, and not us.
    package struct Sender: Sendable, Hashable {
        let process: Int32
        let user, group: UInt32

        package init(process: Int32, user: UInt32, group: UInt32) {
            (self.process, self.user, self.group) = (process, user, group)
        }
    }

    /// - Throws: for a file that is not open for writing, and one whose owner could keep us waiting, or where what root writes counts for
    ///   more than what its owner writes (`/proc/self/oom_score_adj`): what does not lie on a local file system (`ForeignFile`), a device
    ///   other than `/dev/null`, a directory.
    package init(_ file: SharedDescriptor, for sender: Sender) throws(SystemError) {
        try file.check(isOpenFor: .writing)
        let own = try ForeignFile(file).withoutWaiting(O_WRONLY, takesDevice: \.isNull)
        guard let own else { throw SystemError("pass on", "output to a file of this kind", code: .invalid) }
        (self.file, isSocket) = own
        self.sender = sender
    }

    package var pollNumber: Int32 { file.number }

    /// Writes what can be written now, and returns how many bytes that were; 0 when the reader is behind.
    package func writeAvailable(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
        guard isSocket else { return try file.writeAvailable(bytes) }
        let number = file.number
        do throws(SystemError) {
            return try systemCall("send", on: "socket", isForeign: true) {
                // SAFETY: the kernel reads at most the slice's count, and it never waits.
                bytes.withUnsafeBytes {
                    bailey_send_for(number, $0.baseAddress, $0.count, sender.process, sender.user, sender.group)
                }
            }
        } catch  where error.code == .wouldBlock {
            return 0
        }
    }
}
