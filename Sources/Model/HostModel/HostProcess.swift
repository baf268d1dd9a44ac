package import struct FoundationEssentials.Date

/// A process, named so that a reused id cannot be taken for it.
package struct HostProcess: Sendable, Hashable {
    package var id: ProcessID
    package var parentID: ProcessID
    package var startedAt: Date
    /// The kernel's short name (`comm`, up to 15 bytes); the process can set it to anything.
    package var name: String
    /// The path of the program file; nil for kernel threads and where it may not be read.
    package var executable: String?
    /// The program file was removed or replaced after the process started.
    package var isExecutableDeleted: Bool = false
    /// At the path of the program file the host has another file, or none: the process has mounts or a root directory of its own, as in a
    /// container, and anybody may make himself such (user_namespaces(7)).
    package var isExecutableElsewhere: Bool = false
    /// Arguments as the process shows them, cut at 4,096 bytes in all, with secrets masked; empty for kernel threads.
    package var commandLine: [String]
    package var userID: UserID
    /// Whom the login was for that it descends from; changing identity leaves it as it is (`/proc/PID/loginuid`).
    package var login: Login = .unseen
    /// The capabilities in effect, a bit for each number (`CapEff` of proc_pid_status(5)).
    package var effectiveCapabilities: UInt64 = 0
    /// It is in a user namespace of its own, where identity and capabilities are worth nothing on the host (user_namespaces(7)).
    package var hasOwnUserNamespace: Bool = false
    /// Path in the unified hierarchy, `/system.slice/ssh.service`.
    package var cgroup: String?
    /// The systemd unit the control group belongs to: `ssh.service`, `session-3.scope`.
    package var unit: String?
    /// The id a container runtime gave, from the control group's name.
    package var container: String?

    package enum Login: Sendable, Hashable {
        case user(UserID)
        /// No login has set it: a service, or a host on which nothing sets it.
        case none
        case unseen
    }

    package init(
        id: ProcessID, parentID: ProcessID, startedAt: Date, name: String, executable: String?, commandLine: [String],
        userID: UserID
    ) {
        self.id = id
        self.parentID = parentID
        self.startedAt = startedAt
        self.name = name
        self.executable = executable
        self.commandLine = commandLine
        self.userID = userID
    }
}

extension HostProcess {
    private static let interpreters = ["python", "perl", "ruby", "node", "bash", "sh", "dash", "php", "lua"]

    /// Whether this is the program of that name: by its program file; by the script where the program file is an interpreter; by the
    /// kernel's short name, of 15 bytes, where the file may not be read.
    package func runs(_ program: String) -> Bool {
        // By bytes: a name that begins with a combining mark is one character with the slash before it.
        func fileName(_ path: String) -> Substring? {
            path.utf8.split(separator: UInt8(ascii: "/")).last.map(Substring.init)
        }
        guard let file = executable.flatMap(fileName) else { return name == program.prefix(15) }
        if file == program { return true }
        let isInterpreter = Self.interpreters.contains { file.hasPrefix($0) }
        return isInterpreter
            && commandLine.dropFirst().prefix(3).contains {
                fileName($0).map { $0 == program } ?? false
            }
    }
}
