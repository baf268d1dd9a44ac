/// Accounts as the name services told them within the last second: who asks many times a second, as scripts do, has each looked up once.
/// A change of the local files counts at once; one in a directory server's after that second.
package final class RecentAccounts: Sendable {
    package struct Entry: Sendable {
        package let account: UserAccount
        /// The numbers of its groups, the primary one among them.
        package let groups: [UInt32]
        /// The names of its groups, the primary one among them; a group without a name is not here.
        package let groupNames: [UInt32: String]
        /// Nil where nothing says until when the account is good.
        package let aging: AccountAging?

        init(_ account: UserAccount) {
            self.account = account
            groups = account.groups
            aging = AccountAging.named(account.name)
            var names: [UInt32: String] = [:]
            for group in groups { names[group] = GroupNames.name(of: group) }
            groupNames = names
        }
    }

    private struct State {
        var files: PathGlance?
        var since: ContinuousClock.Instant?
        var entries: [UInt32: Entry?] = [:]
    }

    private static let lifetime: Duration = .seconds(1)
    /// Users of which many ask at once are few.
    private static let limit = 256
    private static let files = WatchedPaths(["/etc/passwd", "/etc/group", "/etc/shadow", "/etc/nsswitch.conf"])

    private let state = Monitor(State())

    package init() {}

    /// The account of this number; nil when there is none.
    package func entry(of user: UInt32) -> Entry? {
        // Looked at before it is asked: what changes in between is another state the next time.
        let (files, now) = (Self.files.glance(), ContinuousClock.now)
        let known = state.withLock { state -> Entry?? in
            if let since = state.since, files != nil, state.files == files, now - since < Self.lifetime {
                return state.entries[user]
            }
            state = State(files: files, since: now)
            return nil
        }
        if let known { return known }
        let entry = UserAccount.withID(user).map(Entry.init)
        state.withLock { state in
            guard state.files == files, state.entries.count < Self.limit else { return }
            state.entries[user] = .some(entry)
        }
        return entry
    }
}
