private import Glibc

/// A system call that failed: what was being done, to what, and the kernel's reason.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The call or the action, as a verb: `open`, `read`, `enter network namespace`.
    package let operation: String
    /// The path, process or address it was done to; empty where there is none.
    package let subject: String
    package let code: Code

    /// The reasons that callers tell apart; every other one keeps its number.
    package enum Code: Sendable, Hashable {
        case notPermitted, notFound, noProcess, accessDenied, exists, notDirectory, invalid, noSpace, readOnly
        case unsupported, tooLarge, interrupted, timedOut, wouldBlock
        /// Nobody reads the pipe any more.
        case brokenPipe
        /// The other end closed with something of ours unread.
        case connectionReset
        case other(number: Int32)
    }

    package init(_ operation: String, _ subject: String, code: Code) {
        self.operation = operation
        self.subject = subject
        self.code = code
    }

    package init(_ operation: String, _ subject: String, errorNumber number: Int32) {
        self.init(operation, subject, code: Code(errno: number))
    }

    /// Whether more privilege would have helped.
    package var isPermission: Bool { code == .notPermitted || code == .accessDenied }

    /// Whether the thing was simply not there: a file that does not exist, a process that has ended.
    package var isAbsence: Bool { code == .notFound || code == .noProcess || code == .notDirectory }

    /// The reason alone: "Permission denied".
    package var reason: String {
        let number = code.number
        // SAFETY: strerror(3) of glibc returns a string of this thread that lives until its next call; it is copied at once.
        return number == 0 ? "failed" : String(cString: strerror(number))
    }

    package var description: String {
        subject.isEmpty ? "\(operation): \(reason)" : "\(operation) \(subject): \(reason)"
    }
}

extension SystemError.Code {
    private static let known: [(Int32, SystemError.Code)] = [
        (EPERM, .notPermitted), (ENOENT, .notFound), (ESRCH, .noProcess), (EACCES, .accessDenied), (EEXIST, .exists),
        (ENOTDIR, .notDirectory), (EINVAL, .invalid), (ENOSPC, .noSpace), (EROFS, .readOnly),
        (EOPNOTSUPP, .unsupported),
        (EFBIG, .tooLarge), (EINTR, .interrupted), (ETIMEDOUT, .timedOut), (EAGAIN, .wouldBlock),
        (EPIPE, .brokenPipe), (ECONNRESET, .connectionReset),
    ]

    init(errno number: Int32) {
        self = Self.known.first { $0.0 == number }?.1 ?? .other(number: number)
    }

    var number: Int32 {
        if case .other(let number) = self { return number }
        return Self.known.first { $0.1 == self }?.0 ?? 0
    }
}

/// Calls into the kernel, takes `errno` at once, and goes on after an interruption. EBADF and EFAULT are mistakes of this program, so
/// they trap.
///
/// - Parameter isForeign: the file was opened by somebody else. It may be served by a program of theirs (FUSE, below an overlay too), which
///   answers with whatever error it likes: that is no mistake of ours, and never traps.
@discardableResult
package func systemCall<Result: FixedWidthInteger & SignedInteger>(
    _ operation: @autoclosure () -> String, on subject: @autoclosure () -> String = "", isForeign: Bool = false,
    _ body: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = body()
        if result != -1 { return result }
        let number = errno
        if number == EINTR { continue }
        precondition(
            isForeign || number != EBADF && number != EFAULT, "\(operation()) was handed a bad descriptor or address")
        throw SystemError(operation(), subject(), errorNumber: number)
    }
}
