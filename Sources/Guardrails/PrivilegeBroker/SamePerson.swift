internal import HostModel
internal import Policies

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
        guard let auditSession else { return other.auditSession == nil && isOtherTerminal(than: other) }
        return auditSession != other.auditSession
    }

    /// Whether this one sits at a terminal, and not at the other's.
    func isOtherTerminal(than other: Requester) -> Bool { terminal != nil && terminal != other.terminal }
}
