private import CLinux

/// Opens files with the rights of somebody else: on a thread of its own, which alone has them (setfsuid(2)).
///
/// Only what the kernel asks about files changes. A thread with another user's ids altogether could be sent signals by that user's
/// processes, and the process with it; this one cannot (setfsuid(2), NOTES).
package enum FileRights {
    /// Runs `body` with the rights on files of a user and its groups, and returns what it returns. The user's own rights are what counts:
    /// for another user than root no capability has any effect.
    package static func run<Result: Sendable>(
        as identity: Execution.Identity, _ body: @escaping @Sendable () -> Result
    ) throws(SystemError) -> Result {
        let thread = try OwnThread { () -> Swift.Result<Result, SystemError> in
            do throws(SystemError) {
                try systemCall("take rights on files", on: "uid \(identity.user)") {
                    bailey_take_file_rights(identity.user, identity.group, identity.groups, identity.groups.count)
                }
            } catch {
                return .failure(error)
            }
            return .success(body())
        }
        return try thread.join().get()
    }
}
