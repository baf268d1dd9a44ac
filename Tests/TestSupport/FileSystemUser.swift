private import Glibc

/// Reads files as another user than the test runs as.
package enum FileSystemUser {
    package static let nobody: UInt32 = 65534
    package static var isRoot: Bool { geteuid() == 0 }

    /// Runs `body` with the rights of `user` on files, on this thread only: setfsuid(2) takes root's file capabilities away until the
    /// id is 0 again. Without root `body` runs as who runs the tests.
    package static func reading<Result>(as user: UInt32, _ body: () throws -> Result) rethrows -> Result {
        guard isRoot, let setfsuid = Self.setfsuid else { return try body() }
        _ = setfsuid(user)
        defer { _ = setfsuid(0) }
        return try body()
    }

    /// Swift's Glibc module leaves `<sys/fsuid.h>` out, so the function is looked up.
    private static var setfsuid: (@convention(c) (UInt32) -> Int32)? {
        dlsym(nil, "setfsuid").map { unsafeBitCast($0, to: (@convention(c) (UInt32) -> Int32).self) }
    }
}
