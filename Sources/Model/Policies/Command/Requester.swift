package import HostModel

/// Who asks for a command, as the kernel says; nothing of it is the requester's own word.
package struct Requester: Sendable, Hashable {
    /// The real user and group of the process that asks (SO_PEERCRED, unix(7)).
    package var user: UserID
    /// Nil when no account has the id.
    package var userName: String?
    package var group: GroupID
    /// Supplementary groups, with those of `groupNames` by name.
    package var groups: Set<GroupID>
    package var groupNames: Set<String>
    /// The groups that its account has, and their names, whether the process has them or not: in a user namespace it sheds those that it
    /// likes (setgroups(2), subgid(5)). They count where groups deny.
    package var accountGroups: Set<GroupID>
    package var accountGroupNames: Set<String>
    package var process: ProcessID
    /// When the process began, in clock ticks since boot (`starttime`, proc_pid_stat(5)): with the id it names one process.
    package var startTime: UInt64
    /// Whom the login was for, which `su` and `setuid` leave as it was (`/proc/PID/loginuid`); nil when there was no login.
    package var loginUser: UserID?
    package var loginName: String?
    /// The kernel's number for the login session (`/proc/PID/sessionid`); nil when there was no login.
    package var auditSession: UInt32?
    /// The path of its controlling terminal; nil when it has none.
    package var terminal: String?
    /// The path in the unified control group hierarchy.
    package var cgroup: String?
    /// The systemd unit the control group belongs to.
    package var unit: String?
    package var executable: String?
    /// The executables of its parents, nearest first.
    package var ancestry: [String]
    /// Whether some of its parents could not be looked at; then rules take what would deny more.
    package var hasUnseenAncestry: Bool

    package init(
        user: UserID, userName: String?, group: GroupID, groups: Set<GroupID> = [], groupNames: Set<String> = [],
        accountGroups: Set<GroupID> = [], accountGroupNames: Set<String> = [],
        process: ProcessID, startTime: UInt64, loginUser: UserID? = nil, loginName: String? = nil,
        auditSession: UInt32? = nil,
        terminal: String? = nil, cgroup: String? = nil, unit: String? = nil, executable: String? = nil,
        ancestry: [String] = [], hasUnseenAncestry: Bool = false
    ) {
        self.user = user
        self.userName = userName
        self.group = group
        self.groups = groups
        self.groupNames = groupNames
        self.accountGroups = accountGroups
        self.accountGroupNames = accountGroupNames
        self.process = process
        self.startTime = startTime
        self.loginUser = loginUser
        self.loginName = loginName
        self.auditSession = auditSession
        self.terminal = terminal
        self.cgroup = cgroup
        self.unit = unit
        self.executable = executable
        self.ancestry = ancestry
        self.hasUnseenAncestry = hasUnseenAncestry
    }

    /// The name, else the number.
    package var userLabel: String { userName ?? "uid \(user)" }

    /// Its own executable and those of its parents.
    var executables: [String] { (executable.map { [$0] } ?? []) + ancestry }
}
