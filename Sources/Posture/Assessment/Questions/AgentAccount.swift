package import HostModel

/// Whether the account of an AI agent is one: its own, locked, and nobody's way to root.
package struct AgentAccount: Sendable, Hashable {
    package var account: Account
    /// What should not be so, a sentence each; empty when all is well.
    package var objections: [String]
    /// What could not be looked at.
    package var unseen: [String]

    /// Nil when the host's files have no such account.
    package init?(named name: String, in snapshot: HostSnapshot) {
        guard let accounts = snapshot.accounts.value, let account = accounts.user(named: name) else { return nil }
        self.account = account
        (objections, unseen) = ([], [])
        if account.userID == .root { objections.append("it is root: its user id is 0") }
        for other in accounts.users where other.userID == account.userID && other.name != name {
            objections.append("\(other.name) has the same user id")
        }
        judgeGroups(accounts)
        judgePassword(accounts)
        switch snapshot.sudo {
        case .seen(let policy, _):
            for grant in policy.rootGrants(accounts: accounts) where grant.isHeld(by: name) {
                objections.append("sudo lets it act as root (\(grant.summary))")
            }
        case .absent: break
        case .unseen(let gap): unseen.append("what sudo lets it do: \(gap.why)")
        }
    }

    private mutating func judgeGroups(_ accounts: AccountDatabase) {
        for group in accounts.groups where accounts.members(of: group).contains(account.name) {
            if let reason = RootEquivalentGroup.reasons[group.name] {
                objections.append("it is in group \(group.name), which \(reason)")
            } else if group.groupID != account.groupID {
                objections.append("it is in group \(group.name) besides its own")
            } else {
                let others = accounts.members(of: group).filter { $0 != account.name }
                if !others.isEmpty {
                    objections.append("its group \(group.name) is also that of \(others.joined(separator: ", "))")
                }
            }
        }
    }

    private mutating func judgePassword(_ accounts: AccountDatabase) {
        switch account.inlinePassword {
        case .locked: return
        case .some: return objections.append("its password stands in /etc/passwd")
        case nil: break
        }
        switch accounts.passwords {
        case .seen(let passwords, _):
            switch passwords[account.name]?.state {
            case .locked, nil: break
            case .empty: objections.append("it has no password and is not locked: nothing is asked of who logs in")
            case .hashed, .unrecognised: objections.append("it has a password")
            }
        case .absent(let why, _): unseen.append("its password: \(why)")
        case .unseen(let gap): unseen.append("its password: \(gap.why)")
        }
    }
}
