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

    package var accounts: Observation<AccountDatabase> = .notCollected("accounts")
    /// Every process of the running system; unseen for a tree that is not running.
    package var processes: Observation<[HostProcess]> = .notCollected("processes")
    /// Absent where no SSH server is installed.
    package var sshServer: Observation<SSHServerConfiguration> = .notCollected("SSH server settings")
    /// Absent where sudo is not installed.
    package var sudo: Observation<SudoPolicy> = .notCollected("sudoers")
    package var firewall: Observation<FirewallState> = .notCollected("packet filter")
    package var clock: Observation<ClockState> = .notCollected("clock state")
    package var audit: Observation<AuditState> = .notCollected("audit state")
    package var logging: Observation<LoggingState> = .notCollected("logging")
    package var updates: Observation<UpdateState> = .notCollected("update state")
    package var schedule: Observation<TaskSchedule> = .notCollected("scheduled tasks")
    /// Absent where doas is not installed.
    package var doas: Observation<DoasPolicy> = .notCollected("doas rules")
    /// Absent where polkit is not installed.
    package var polkit: Observation<PolkitPolicy> = .notCollected("polkit rules")
    /// The privilege broker as it is installed; absent where it is not.
    package var broker: Observation<BrokerInstallation> = .notCollected("the privilege broker")
    /// `command-policy.yaml` of the broker; absent where there is none.
    package var commandPolicy: Observation<ProtectedDocument> = .notCollected("the command policy")
    /// On every local file system where they have an effect.
    package var privilegedFiles: Observation<PrivilegedFileSurvey> = .notCollected("privileged programs")
    package var privilegedPaths: Observation<PrivilegedPathSurvey> = .notCollected("paths that root relies on")
    package var homes: Observation<[HomeDirectory]> = .notCollected("home directories")
    /// Absent where no account has one.
    package var agentGateways: Observation<[AgentGateway]> = .notCollected("AI agent gateways")
    /// Homes in which an agent could be set up that nobody could look into, beside those of `agentGateways`.
    package var unreadableAgentHomes: [Gap] = []
    package var backups: Observation<[BackupEvidence]> = .notCollected("backups")
    /// What collectors could not see beside what the values above say themselves.
    package var gaps: [Gap] = []

    package init(takenAt: Date, host: HostIdentity, sockets: Observation<SocketTable>) {
        self.takenAt = takenAt
        self.host = host
        self.sockets = sockets
    }

    /// A simple fact; one that nobody asked for was not collected.
    package subscript(key: FactKey) -> Observation<FactValue> { facts[key] ?? .notCollected(key.rawValue) }
}

extension Observation {
    /// What stands in a snapshot until a collector has looked.
    package static func notCollected(_ what: String) -> Observation {
        .unseen(Gap(what: what, why: "was not collected"))
    }
}
