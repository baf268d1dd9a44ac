private import CLinux
private import Glibc

/// An exclusive lock between processes (flock(2)), held until it goes out of scope or the process ends, however it ends.
///
/// The lock file stays behind, empty: removing it would let a third process lock a new file of the same name while the second still
/// holds the old one.
package struct FileLock: ~Copyable {
    private let descriptor: FileDescriptor

    /// Said, not left to the closing: a child that another thread has just forked has the file open too, until it closes it (flock(2)).
    deinit { flock(descriptor.number, LOCK_UN) }

    /// Takes the lock, waiting at most `patience` for another process to give it up; then fails with `.wouldBlock`.
    ///
    /// Only the file's owner may open it: whoever can open a file can lock it, and nobody else is to keep a run from happening.
    ///
    /// - Parameters:
    ///   - owner: whom the file is given to. One that has another name too is not: that name may be one that matters.
    ///   - subject: what errors name in place of `path`.
    package init(
        path: String, owner: FileOwner? = nil, patience: Duration, subject: String? = nil
    ) throws(SystemError) {
        let subject = subject ?? path
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        let file = FileDescriptor(owning: try systemCall("open", on: subject) { bailey_open(path, flags, 0o600) })
        let metadata = try file.metadata(subject: subject)
        guard metadata.kind == .regular, metadata.linkCount <= 1 else {
            throw SystemError("use as a lock", subject, code: .invalid)
        }
        if let owner { try file.give(to: owner, subject: subject) }
        try Self.lock(file, path: subject, deadline: .now + patience)
        descriptor = file
    }

    private static func lock(
        _ file: borrowing FileDescriptor, path: String, deadline: ContinuousClock.Instant
    ) throws(SystemError) {
        let number = file.number
        while true {
            do throws(SystemError) {
                try systemCall("lock", on: path) { bailey_try_lock(number) }
                return
            } catch  where error.code == .wouldBlock && ContinuousClock.now < deadline {
                usleep(20_000)
            }
        }
    }
}
