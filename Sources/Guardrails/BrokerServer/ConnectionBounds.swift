/// How many connections are served at once, and how many requests wait for an approval, in all and of one user: what the policy says,
/// within what the kernel lets the broker hold open.
///
/// Whoever waits has a connection, and there are always more of these than requests may wait: so a user who asks once too often is
/// heard, its oldest request is refused in turn, and it can still look at what waits and take it back.
struct ConnectionBounds: Sendable, Hashable {
    let connections: Int
    /// Of the users other than root together: a few are kept for root, who comes when the others are the trouble.
    let connectionsOfOthers: Int
    let connectionsOfOneUser: Int
    let pending: Int
    let pendingOfOneUser: Int

    /// What one connection may hold open: itself, its process, directory and mailbox, the program and its interpreter, three standard
    /// streams, a terminal, pipes and a recording.
    private static let filesOfOne = 16
    /// The log, the listener, spawner, policies and whatever is read for a moment.
    private static let filesOfBroker = 64

    /// - Parameters:
    ///   - pendingLimit: requests that may wait, as the policy says.
    ///   - openFiles: what the broker may hold open (RLIMIT_NOFILE).
    init(_ limits: BrokerConfiguration.Limits, pendingLimit: Int, openFiles: UInt64) {
        let room = max(4, (Int(clamping: openFiles) - Self.filesOfBroker) / Self.filesOfOne)
        connections = min(limits.connections + pendingLimit, room)
        connectionsOfOthers = connections - min(limits.connectionsOfRoot, connections / 4)
        connectionsOfOneUser = min(limits.connectionsOfOneUser + max(1, pendingLimit / 2), connectionsOfOthers / 2)
        // What is not for those who wait, or half of it all where there is little.
        let spare = min(limits.connections, connectionsOfOthers / 2)
        let spareOfOneUser = min(limits.connectionsOfOneUser, connectionsOfOneUser / 2)
        pending = max(1, min(pendingLimit, connectionsOfOthers - spare))
        pendingOfOneUser = max(1, min(pendingLimit / 2, connectionsOfOneUser - spareOfOneUser))
    }
}
