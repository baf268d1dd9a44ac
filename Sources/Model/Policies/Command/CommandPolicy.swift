/// Which commands may run with whose rights, and who has to agree: `command-policy.yaml`.
///
/// Deny beats allow; of the rules that allow a request the first one written decides; what no rule allows is denied.
///
/// - A rule that denies counts wherever it stands. One that cannot be decided (a pattern that took too many steps, a requester whose
///   parents could not be seen) counts as if it matched.
/// - A rule that allows and cannot be decided ends the search: the request is denied.
/// - A rule whose last day is over allows nothing.
package struct CommandPolicy: Sendable, Hashable {
    /// What runs the commands.
    package enum Backend: String, Sendable, CaseIterable {
        /// The broker, with everything that a policy can say.
        case broker
        /// The system's own sudo behind this policy, where there is no broker.
        case sudo
    }

    /// Who may approve as a peer.
    package struct Approvers: Sendable, Hashable {
        package var group: String?
        package var allowsRoot = false
        /// Whether an approver proves who it is, as the requester does: else whatever runs under its account can approve.
        package var needProof = true

        package init(group: String? = nil, allowsRoot: Bool = false, needProof: Bool = true) {
            self.group = group
            self.allowsRoot = allowsRoot
            self.needProof = needProof
        }
    }

    /// Who is an AI agent: whatever fits any of the kinds.
    package struct Agents: Sendable, Hashable {
        package var users: [UserCriterion] = []
        package var units: [GlobPattern] = []
        package var executables: [GlobPattern] = []

        package init() {}
    }

    /// Requests that wait for an approval.
    package struct Pending: Sendable, Hashable {
        package var lifetime: Duration = .seconds(300)
        package var limit = 64

        package init() {}
    }

    /// What wrong secrets lead to.
    package struct Lockout: Sendable, Hashable {
        /// This many wrong ones within the window lock their user out for a while.
        package var attempts = 5
        package var window: Duration = .seconds(300)
        package var duration: Duration = .seconds(900)

        package init() {}
    }

    package var path: String
    /// The SHA-256 of the file, in hexadecimal: which policy it was that decided.
    package var version: String
    package var backend = Backend.broker
    package var securePath = CommandPolicy.defaultSecurePath
    package var approvers = Approvers()
    package var agents = Agents()
    package var requiresSession = false
    package var sessionIdleTime: Duration = .seconds(30 * 60)
    /// Names of files in the policy directory, or absolute paths, without which nothing runs.
    package var requiredFiles: [String] = []
    package var pending = Pending()
    package var lockout = Lockout()
    /// How long an account that PAM's account modules said is good counts as such; zero has them asked about each request.
    package var accountCheckLifetime: Duration = .seconds(5)
    /// Whether audit records are copied to syslog.
    package var copiesAuditToSyslog = false
    package var rules: [CommandRule] = []

    package static let defaultSecurePath = [
        "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
    ]

    package init(path: String, version: String) {
        self.path = path
        self.version = version
    }
}

/// What a policy names that only the host can tell.
package struct PolicyReferences: Sendable {
    /// The rules of a time zone by its name; nil when the host has none of that name.
    package var timeZone: @Sendable (String) -> TimeZoneRules?
    /// What a path leads to when links are followed; nil when it leads nowhere, or cannot be told.
    package var resolved: @Sendable (String) -> String?

    package init(
        timeZone: @escaping @Sendable (String) -> TimeZoneRules?, resolved: @escaping @Sendable (String) -> String?
    ) {
        self.timeZone = timeZone
        self.resolved = resolved
    }

    /// Every path is itself, and there is no time zone but UTC.
    package static let none = PolicyReferences(timeZone: { _ in nil }, resolved: { $0 })
}
