package import BrokerProtocol
package import HostModel
package import LinuxSystem

/// The tasks that approvals belong to, by user and the name the user gave. A session keeps approved commands until it was idle too long
/// or was dropped; a mark as prompted by untrusted content stays through both, for who drops a session must not wash it clean.
package struct TaskSessions: Sendable {
    package struct Limits: Sendable, Hashable {
        package var idle: Duration
        package var sessionsOfOneUser: Int
        package var commandsOfOneSession: Int
        package var marksOfOneUser: Int

        package init(
            idle: Duration = .seconds(1800), sessionsOfOneUser: Int = 64, commandsOfOneSession: Int = 256,
            marksOfOneUser: Int = 1024
        ) {
            self.idle = idle
            self.sessionsOfOneUser = sessionsOfOneUser
            self.commandsOfOneSession = commandsOfOneSession
            self.marksOfOneUser = marksOfOneUser
        }
    }

    /// A session of one user.
    package struct Key: Sendable, Hashable {
        package var user: UserID
        package var name: String

        package init(user: UserID, name: String) {
            self.user = user
            self.name = name
        }
    }

    private struct Session {
        /// Whose share of the sessions it takes (`Requester.share`).
        let share: UserID
        var lastUsed: BootTime
        var approved: Set<SubjectDigest> = []
    }

    /// What the policy in force says.
    package var limits: Limits
    private var sessions: [Key: Session] = [:]
    private var marked: Set<Key> = []
    private var markCounts: [UserID: Int] = [:]

    package init(limits: Limits = Limits()) { self.limits = limits }

    /// Keeps an approval that was given for this very digest. A session that is full keeps no more: the next time is asked again.
    ///
    /// - Parameter share: whose share of the sessions it takes; nil for the user's own.
    package mutating func keep(
        _ ticket: ApprovalTicket, in key: Key, share: UserID? = nil, at now: BootTime
    ) {
        guard case .approved = ticket.basis else { return }
        expire(at: now)
        if sessions[key] == nil { makeRoom(for: share ?? key.user) }
        var session = sessions[key] ?? Session(share: share ?? key.user, lastUsed: now)
        session.lastUsed = now
        if session.approved.count < limits.commandsOfOneSession { session.approved.insert(ticket.digest) }
        sessions[key] = session
    }

    /// The right to run again what was approved and kept in this session; using it keeps the session from being idle.
    package mutating func ticket(for digest: SubjectDigest, in key: Key, at now: BootTime) -> ApprovalTicket? {
        expire(at: now)
        guard var session = sessions[key], session.approved.contains(digest) else { return nil }
        session.lastUsed = now
        sessions[key] = session
        return ApprovalTicket(digest: digest, basis: .kept(session: key.name))
    }

    /// Ends a session, or all of the user's; returns their names, sorted.
    package mutating func drop(_ name: String?, of user: UserID) -> [String] {
        let dropped = sessions.keys.filter { $0.user == user && (name == nil || $0.name == name) }
        for key in dropped { sessions[key] = nil }
        return dropped.map(\.name).sorted()
    }

    /// Ends what has been idle for too long; returns what ended.
    @discardableResult
    package mutating func expire(at now: BootTime) -> [Key] {
        let idle = sessions.filter { now - $0.value.lastUsed >= limits.idle }.map(\.key)
        for key in idle { sessions[key] = nil }
        return idle
    }

    /// Marks a session as prompted by untrusted content, for good: what was approved in it before is gone.
    ///
    /// - Parameter share: whose share of the marks it takes; nil for the user's own.
    package mutating func markUntrusted(_ key: Key, share: UserID? = nil) {
        sessions[key] = nil
        guard !isUntrusted(key, share: share) else { return }
        marked.insert(key)
        markCounts[share ?? key.user, default: 0] += 1
    }

    /// Whether the session was marked. Once a user has as many marks as are kept, every session of that user counts as marked; so does
    /// every session of those who share the user's part.
    package func isUntrusted(_ key: Key, share: UserID? = nil) -> Bool {
        marked.contains(key) || markCounts[share ?? key.user, default: 0] >= limits.marksOfOneUser
    }

    /// Where the user has as many as one may have, the longest idle ends.
    private mutating func makeRoom(for share: UserID) {
        let own = sessions.filter { $0.value.share == share }
        guard own.count >= limits.sessionsOfOneUser else { return }
        if let oldest = own.min(by: { $0.value.lastUsed < $1.value.lastUsed }) { sessions[oldest.key] = nil }
    }
}
