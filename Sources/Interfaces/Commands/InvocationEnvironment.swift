import LinuxSystem

import struct FoundationEssentials.Date

/// What surrounds one run of `bailey`. Tests pass their own.
struct InvocationEnvironment: Sendable {
    /// The value of an environment variable; nil when it is not set.
    var variable: @Sendable (String) -> String?
    /// The path of the program file, links resolved; nil when it cannot be told.
    var executablePath: String?
    var workingDirectory: String
    var effectiveUserID: UInt32
    var now: @Sendable () -> Date

    init(
        variable: @escaping @Sendable (String) -> String?, executablePath: String?, workingDirectory: String,
        effectiveUserID: UInt32, now: @escaping @Sendable () -> Date
    ) {
        self.variable = variable
        self.executablePath = executablePath
        self.workingDirectory = workingDirectory
        self.effectiveUserID = effectiveUserID
        self.now = now
    }

    static func current() -> InvocationEnvironment {
        InvocationEnvironment(
            variable: { CurrentProcess.environment($0) },
            // Without /proc this is not a checkout's run; a working directory that was removed leaves only absolute paths.
            executablePath: try? CurrentProcess.executablePath(),
            workingDirectory: (try? CurrentProcess.workingDirectory()) ?? "/",
            effectiveUserID: CurrentProcess.effectiveUserID, now: { Date.now })
    }

    var isRoot: Bool { effectiveUserID == 0 }

    /// An environment variable that holds a directory; the XDG Base Directory Specification has relative ones ignored.
    func directory(_ name: String) -> String? {
        guard let value = variable(name), value.hasPrefix("/") else { return nil }
        return absolutePath(value, in: "/")
    }
}
