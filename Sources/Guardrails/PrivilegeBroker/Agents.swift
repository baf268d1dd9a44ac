package import HostModel
package import Policies

extension Requester {
    /// A process that no later one can pass for: its id may be given again, but not with the same start.
    func isSameProcess(as other: Requester) -> Bool {
        process == other.process && startTime == other.startTime && user == other.user
    }

    /// Whether both may be the same person: one account, one login behind two accounts, or the login of one as the account of the other.
    /// Root is an account that many reach, so two that became root by `su` differ as their logins do. The login stays through `su` and
    /// setuid programs: changing it takes CAP_AUDIT_CONTROL (`/proc/PID/loginuid`, proc(5)).
    func isSamePerson(as other: Requester) -> Bool {
        if user == other.user || loginUser != nil && loginUser == other.loginUser { return true }
        return user != .root && user == other.loginUser || other.user != .root && other.user == loginUser
    }

    /// Whether the two certainly descend from different logins. Where nothing records logins, as in most containers, different terminals
    /// have to do.
    func isOtherLogin(than other: Requester) -> Bool {
        if auditSession == nil, other.auditSession == nil { return isOtherTerminal(than: other) }
        return auditSession != other.auditSession
    }

    /// Whether this one sits at a terminal, and not at the other's.
    func isOtherTerminal(than other: Requester) -> Bool { terminal != nil && terminal != other.terminal }
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

    /// Whether `party` is an agent or descends from one: by account, by the login behind it, by a unit it is in at any depth, by
    /// executable or an ancestor's. Where ancestors could not be seen, any of them may be one.
    package func covers(_ party: Requester) -> Bool {
        if users.contains(party.user) || party.loginUser.map(users.contains) ?? false { return true }
        let groups = (party.cgroup ?? "").split(separator: "/").map(String.init) + (party.unit.map { [$0] } ?? [])
        if groups.contains(where: units.contains) { return true }
        let seen = (party.executable.map { [$0] } ?? []) + party.ancestry
        if seen.contains(where: executables.contains) { return true }
        return !executables.isEmpty && (party.hasUnseenAncestry || party.executable == nil)
    }
}
