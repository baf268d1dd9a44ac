private import LinuxSystem

extension CommandPolicy.Agents {
    /// What shows the requester to be an AI agent, or to descend from one: "user claude", "unit claude.service", a path; nil when
    /// nothing does. Where its parents could not all be seen, and executables are listed, it counts as one; so it does without an account,
    /// where users are (subuid(5)).
    package func mark(of requester: Requester) -> String? {
        if users.contains(where: requester.isUser) { return "user \(requester.userLabel)" }
        if !users.isEmpty, requester.userName == nil {
            return "\(requester.userLabel), which has no account and may be an agent's"
        }
        // `su` and `sudo` do not make a person of an agent.
        if users.contains(where: requester.hasLogin) { return "a login of \(requester.loginName ?? "an agent")" }
        if !units.isEmpty, requester.isInUnit(units, doubtful: false) {
            return "unit \(requester.unit ?? requester.cgroup ?? "")"
        }
        guard !executables.isEmpty, requester.descends(from: executables, doubtful: true) else { return nil }
        let path = requester.executables.first { path in executables.contains { $0.matches(path) } }
        return path ?? "a process whose parents could not be seen"
    }
}

extension Requester {
    fileprivate func hasLogin(_ criterion: UserCriterion) -> Bool {
        switch criterion {
        case .id(let id): loginUser == id
        case .name(let name): loginName?.hasSameBytes(as: name) ?? false
        }
    }
}
