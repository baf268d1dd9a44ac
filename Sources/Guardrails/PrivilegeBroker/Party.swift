package import HostModel

/// Who asks or approves, as the kernel told it when the connection was made: what approvals go by.
package struct Party: Sendable, Hashable {
    package var process: ProcessKey
    package var user: UserID
    /// Names of the groups that the process is in.
    package var groups: Set<String>
    package var login: Login
    /// The device of the controlling terminal; nil: none.
    package var terminal: UInt64?
    /// The unit that the process runs in, and those above it.
    package var units: [String]
    /// The executable of the process, then those of its ancestors.
    package var executables: [String]

    package init(
        process: ProcessKey, user: UserID, groups: Set<String> = [], login: Login = Login(), terminal: UInt64? = nil,
        units: [String] = [], executables: [String] = []
    ) {
        self.process = process
        self.user = user
        self.groups = groups
        self.login = login
        self.terminal = terminal
        self.units = units
        self.executables = executables
    }

    /// A process that no later one can pass for: its id may be given again, but not with the same start.
    package struct ProcessKey: Sendable, Hashable {
        package var id: ProcessID
        /// Clock ticks since boot (`starttime`, proc_pid_stat(5)).
        package var startTime: UInt64

        package init(id: ProcessID, startTime: UInt64) {
            self.id = id
            self.startTime = startTime
        }
    }

    /// The login that a process descends from. Once set it stays through `su` and setuid programs: changing it takes CAP_AUDIT_CONTROL
    /// (`/proc/PID/loginuid` and `sessionid`, proc(5)). Where nothing sets it, as in most containers, both are nil.
    package struct Login: Sendable, Hashable {
        package var user: UserID?
        package var session: UInt32?

        package init(user: UserID? = nil, session: UInt32? = nil) {
            self.user = user
            self.session = session
        }
    }
}

extension Party {
    /// Whether both may be the same person: one account, one login behind two accounts, or the login of one as the account of the other.
    /// Root is an account that many reach, so two that became root by `su` differ as their logins do.
    func isSamePerson(as other: Party) -> Bool {
        if user == other.user || login.user != nil && login.user == other.login.user { return true }
        return user != .root && user == other.login.user || other.user != .root && other.user == login.user
    }

    /// Whether the two certainly descend from different logins. Where neither has one, different terminals have to do.
    func isOtherLogin(than other: Party) -> Bool {
        if login.session == nil, other.login.session == nil { return isOtherTerminal(than: other) }
        return login.session != other.login.session
    }

    /// Whether this one sits at a terminal, and not at the other's.
    func isOtherTerminal(than other: Party) -> Bool { terminal != nil && terminal != other.terminal }
}

/// Which users, units and executables are AI agents: they ask, and approve nothing.
package struct AgentList: Sendable, Hashable {
    package var users: Set<UserID>
    package var units: Set<String>
    /// Paths of executables; whatever they start is an agent too.
    package var executables: Set<String>

    package init(users: Set<UserID> = [], units: Set<String> = [], executables: Set<String> = []) {
        self.users = users
        self.units = units
        self.executables = executables
    }

    /// Whether `party` is an agent or descends from one: by account, by the login behind it, by unit, by executable or an ancestor's.
    package func covers(_ party: Party) -> Bool {
        users.contains(party.user) || party.login.user.map(users.contains) ?? false
            || !units.isDisjoint(with: party.units) || !executables.isDisjoint(with: party.executables)
    }
}
