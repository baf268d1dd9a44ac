package import struct FoundationEssentials.Date

/// Which host was looked at, and how.
package struct HostIdentity: Sendable, Hashable {
    package var hostname: String
    /// `PRETTY_NAME` of os-release(5).
    package var operatingSystem: String
    /// Release of the running kernel; nil for a file tree, which runs none.
    package var kernel: String?
    /// The file tree that was looked at: `/`, or what `--root` named.
    package var root: String
    /// Whether the tree is that of the running system, so that its processes, sockets and kernel parameters could be read.
    package var isLive: Bool
    /// The effective user id that looked.
    package var observer: UserID

    package init(
        hostname: String, operatingSystem: String, kernel: String?, root: String, isLive: Bool, observer: UserID
    ) {
        self.hostname = hostname
        self.operatingSystem = operatingSystem
        self.kernel = kernel
        self.root = root
        self.isLive = isLive
        self.observer = observer
    }
}

/// What was seen on a host at one time, and what could not be seen.
package struct HostSnapshot: Sendable {
    package var takenAt: Date
    package var host: HostIdentity
    package var sockets: Observation<SocketTable>
    /// Simple facts by key, as far as some check asked for them.
    package var facts: [FactKey: Observation<FactValue>] = [:]

    package init(takenAt: Date, host: HostIdentity, sockets: Observation<SocketTable>) {
        self.takenAt = takenAt
        self.host = host
        self.sockets = sockets
    }
}
