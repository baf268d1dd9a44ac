internal import HostModel
internal import LinuxSystem
internal import Policies
internal import PrivilegeBroker

/// Who is at the other end of a connection, by the kernel's word, held as long as the connection lasts.
struct Peer: Sendable {
    let requester: Requester
    let process: ProcessHandle
    /// Whether it sees the mounts that the broker sees. Where it does not, paths mean to it what it likes.
    let sharesMounts: Bool
    /// Whether the broker started it, or what started it: then whoever asked for that command stands behind it, and it approves nothing.
    let descendsFromBroker: Bool

    init(_ connection: UnixConnection, accounts: RecentAccounts) throws(SystemError) {
        let connectedBy = CurrentProcess.ticksSinceBoot
        let credentials = try connection.peer()
        let identity = try ProcessIdentity(of: credentials.process)
        // Without a handle from the kernel the number may have been given to another in between, who then started later.
        guard credentials.isHandleFromKernel || identity.startTicks <= connectedBy else {
            throw SystemError("identify", "process \(identity.id)", code: .noProcess)
        }
        process = credentials.process
        sharesMounts = try process.sharesMountNamespace()
        let broker = CurrentProcess.id
        // The monitors of commands are forks of these, and stay as long as something that their command started is there.
        let own = try SpawnerProgram.Own()
        descendsFromBroker = identity.ancestors.contains { ancestor in
            ancestor.id == broker || ancestor.user == 0 && ancestor.executable.map(own.contains) ?? false
        }
        requester = Requester(credentials, identity, accounts, sharesMounts: sharesMounts)
    }
}

extension Requester {
    fileprivate init(
        _ credentials: PeerCredentials, _ identity: ProcessIdentity, _ accounts: RecentAccounts, sharesMounts: Bool
    ) {
        let entry = accounts.entry(of: credentials.user)
        let ids = Set(credentials.groups + [credentials.group])
        // A group counts by name where the process has it and the account database gives it: neither an old login nor a new entry is enough.
        let names = ids.compactMap { entry?.groupNames[$0] }
        let isInLoginSession = Self.isLoginSession(identity)
        self.init(
            user: UserID(credentials.user), userName: entry?.account.name, group: GroupID(credentials.group),
            groups: Set(ids.map { GroupID($0) }), groupNames: Set(names),
            accountGroups: Set((entry?.groups ?? []).map { GroupID($0) }),
            accountGroupNames: Set((entry?.groupNames ?? [:]).values), process: ProcessID(identity.id),
            startTime: identity.startTicks, loginUser: identity.loginUser.map { UserID($0) },
            loginName: identity.loginUser.flatMap(UserNames.name(of:)),
            auditSession: isInLoginSession ? identity.auditSession : nil,
            terminal: identity.terminal, cgroup: identity.controlGroup, unit: identity.unit,
            executable: sharesMounts ? identity.executable : nil,
            ancestry: identity.ancestors.compactMap(\.executable),
            hasUnseenAncestry: !sharesMounts || Self.hasLostParents(identity)
                || identity.ancestors.contains { $0.executable == nil })
    }

    /// Whether a login manager made its session: then its audit session is that of a login. A process that no login began may give itself
    /// any `loginuid`, and a session with it, as long as it has none (audit_set_loginuid in the kernel); it cannot move into the
    /// scope of another's session, though.
    private static func isLoginSession(_ identity: ProcessIdentity) -> Bool {
        guard let login = identity.loginUser, let group = identity.controlGroup else { return false }
        let parts = group.pathNames
        // Right below the user's slice, which is root's: below its `user@UID.service` the user makes groups of any name.
        return zip(parts, parts.dropFirst()).contains { slice, scope in
            slice == "user-\(login).slice" && scope.hasPrefix("session-") && scope.hasSuffix(".scope")
        }
    }

    /// Whether its line of parents does not lead to a program of root's that the first process started: what was below lost its parent,
    /// by design (a terminal multiplexer) or on purpose (a double fork), and who that was is not to be seen any more.
    private static func hasLostParents(_ identity: ProcessIdentity) -> Bool {
        guard identity.ancestors.last?.id == 1 || identity.id == 1 else { return true }
        let top = identity.ancestors.dropLast().last?.user ?? identity.user
        return top != 0
    }

    /// `alice(1000)`: how the audit log names people.
    var label: String { "\(userName ?? "")(\(user))" }
}
