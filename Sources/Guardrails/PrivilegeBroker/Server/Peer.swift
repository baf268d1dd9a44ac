internal import HostModel
internal import LinuxSystem
internal import Policies

/// Who is at the other end of a connection, by the kernel's word, held as long as the connection lasts.
struct Peer: Sendable {
    let requester: Requester
    let process: ProcessHandle
    /// Whether it sees the mounts that the broker sees. Where it does not, paths mean to it what it likes.
    let sharesMounts: Bool
    /// Whether the broker started it, or what started it: then whoever asked for that command stands behind it, and it approves nothing.
    let descendsFromBroker: Bool

    init(_ connection: UnixConnection) throws(SystemError) {
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
        descendsFromBroker = identity.ancestors.contains { $0.id == broker }
        requester = Requester(credentials, identity, sharesMounts: sharesMounts)
    }
}

extension Requester {
    fileprivate init(_ credentials: PeerCredentials, _ identity: ProcessIdentity, sharesMounts: Bool) {
        let account = UserAccount.withID(credentials.user)
        let ids = Set(credentials.groups + [credentials.group])
        // A group counts by name where the process has it and the account database gives it: neither an old login nor a new entry is enough.
        let listed = Set(account?.groups ?? [])
        let names = ids.intersection(listed).compactMap(GroupNames.name(of:))
        let hiddenBehind = identity.ancestors.last.map { $0.id != 1 } ?? (identity.id != 1)
        self.init(
            user: UserID(credentials.user), userName: account?.name, group: GroupID(credentials.group),
            groups: Set(ids.map { GroupID($0) }), groupNames: Set(names), process: ProcessID(identity.id),
            startTime: identity.startTicks, loginUser: identity.loginUser.map { UserID($0) },
            loginName: identity.loginUser.flatMap(UserNames.name(of:)), auditSession: identity.auditSession,
            terminal: identity.terminal, cgroup: identity.controlGroup, unit: identity.unit,
            executable: sharesMounts ? identity.executable : nil,
            ancestry: identity.ancestors.compactMap(\.executable),
            hasUnseenAncestry: hiddenBehind || !sharesMounts || identity.ancestors.contains { $0.executable == nil })
    }

    /// `alice(1000)`: how the audit log names people.
    var label: String { "\(userName ?? "")(\(user))" }
}
