import HostModel

/// Why somebody may not approve a request.
package enum ApproverObjection: Sendable, Hashable, CustomStringConvertible {
    /// An agent, with what shows it.
    case agent(String)
    case requesterItself
    /// Another account, but reached from the requester's login.
    case sameLogin
    case sameSession
    case notInGroup(String?)
    case root
    /// `self` is for the same person only.
    case otherPerson

    package var description: String {
        switch self {
        case .agent(let mark): "\(mark) is listed as an agent, and agents approve nothing"
        case .requesterItself: "nobody approves his own request; another person has to"
        case .sameLogin: "this account was reached from the requester's login; another person has to approve"
        case .sameSession: "approve from another login session than the one that asked"
        case .notInGroup(let group?): "only members of group \(group) approve"
        case .notInGroup(nil): "the policy names no group of approvers"
        case .root: "root approves only where the policy says 'allow_root: true'"
        case .otherPerson: "this rule wants the requester's own approval, from another terminal"
        }
    }
}

extension CommandPolicy {
    /// What shows the requester to be an AI agent: "user claude", "unit claude.service", a path; nil when nothing does. Where its
    /// parents could not all be seen, and executables are listed, it counts as one.
    package func agentMark(of requester: Requester) -> String? {
        if agents.users.contains(where: requester.isUser) { return "user \(requester.userLabel)" }
        // `su` and `sudo` do not make a person of an agent.
        if let login = requester.loginUser, agents.users.contains(.id(login)) { return "login uid \(login)" }
        if !agents.units.isEmpty, requester.isInUnit(agents.units, doubtful: false) {
            return "unit \(requester.unit ?? requester.cgroup ?? "")"
        }
        guard !agents.executables.isEmpty, requester.descends(from: agents.executables, doubtful: true) else { return nil }
        let path = requester.executables.first { path in agents.executables.contains { $0.matches(path) } }
        return path ?? "a process whose parents could not be seen"
    }

    /// Whether somebody may approve, as a peer or as the same person from elsewhere.
    ///
    /// - Returns: why not; nil when nothing speaks against it. Proof of identity comes on top.
    package func objection(
        to approver: Requester, approving request: Requester, as method: ApprovalRequirement.Method
    ) -> ApproverObjection? {
        if let mark = agentMark(of: approver) { return .agent(mark) }
        return method == .self
            ? objectionToSelf(approver, request) : objectionToPeer(approver, request)
    }

    private func objectionToSelf(_ approver: Requester, _ requester: Requester) -> ApproverObjection? {
        guard approver.user == requester.user else { return .otherPerson }
        guard let terminal = approver.terminal else { return .sameSession }
        return terminal == requester.terminal ? .sameSession : nil
    }

    private func objectionToPeer(_ approver: Requester, _ requester: Requester) -> ApproverObjection? {
        guard approver.user != requester.user else { return .requesterItself }
        // Root by way of su or the broker is still the person who logged in.
        let requesterPeople = Set([requester.user, requester.loginUser].compactMap(\.self))
        if let login = approver.loginUser, requesterPeople.contains(login) { return .sameLogin }
        if requester.loginUser == approver.user { return .sameLogin }
        if let session = approver.auditSession, session == requester.auditSession { return .sameSession }
        if let terminal = approver.terminal, terminal == requester.terminal { return .sameSession }
        if approver.user == .root { return approvers.allowsRoot ? nil : .root }
        guard let group = approvers.group, approver.isInGroup(.name(group)) else { return .notInGroup(approvers.group) }
        return nil
    }
}
