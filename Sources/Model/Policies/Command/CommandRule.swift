package import HostModel
private import LinuxSystem

package import struct FoundationEssentials.Date

/// One rule about commands: what it is about, and what it says of that.
package struct CommandRule: Sendable, Hashable {
    package enum Effect: Sendable, Hashable {
        case deny
        case allow(CommandAllowance)
    }

    /// By this name a policy allows editing files: `sudoedit` of sudoers(5). There need not be such a program, for the broker does it itself.
    package static let editing = "/usr/bin/sudoedit"

    package var id: String
    package var location: SourceLocation
    package var command: CommandPattern
    package var arguments: ArgumentPatterns
    package var from: RequesterCriteria
    package var runAs: TargetCriteria
    /// Nil when it holds at any time.
    package var time: TimeWindow?
    package var effect: Effect
    /// The last day on which the rule allows anything.
    package var expires: CalendarDay?
    package var comment: String?
    package var owner: String?

    package var reference: RuleReference { RuleReference(id: id, location: location) }

    package var allowance: CommandAllowance? {
        if case .allow(let allowance) = effect { allowance } else { nil }
    }

    package func isExpired(at now: Date) -> Bool { expires.map { now >= $0.end } ?? false }
}

/// The programs a rule is about.
package enum CommandPattern: Sendable, Hashable {
    case any
    /// Absolute paths: those that were written, and the files that links among them lead to.
    case paths(written: [String], resolved: [String])

    /// What is denied is denied by every name that leads to the file. What is allowed is the file, called by a name that is written: a
    /// program may be another by another name (`xz` and `unxz`, `kmod` and `insmod`, `systemctl` and `reboot`).
    ///
    /// - Parameter denies: whether the rule denies.
    func matches(_ request: CommandRequest, denies: Bool) -> Bool {
        guard case .paths(let written, let resolved) = self else { return true }
        let isFile = (written + resolved).contains { $0.hasSameBytes(as: request.program) }
        if denies { return isFile || (written + resolved).contains { $0.hasSameBytes(as: request.requestedPath) } }
        return isFile && written.contains { Self.name(of: $0).hasSameBytes(as: request.calledName) }
    }

    private static func name(of path: String) -> String { path.lastPathName ?? "" }

    /// Everything it names.
    package var paths: [String] {
        switch self {
        case .any: []
        case .paths(let written, let resolved): written + resolved.filter { !written.contains($0) }
        }
    }
}

/// What a rule that allows lets the command have, and whom it asks first.
package struct CommandAllowance: Sendable, Hashable {
    package var environment = EnvironmentRule()
    package var workingDirectory = WorkingDirectoryRule.requester
    /// Nil when it runs as the target user with all that user has.
    package var capabilities: Set<LinuxCapability>?
    package var sandbox: Sandbox?
    package var approval: ApprovalRequirement
    package var limits = ExecutionLimits()
    package var needsReason = false
    package var isRecorded = false
    /// Whether who wrote the rule knows that it gives away a shell.
    package var isUnrestricted = false

    package init(approval: ApprovalRequirement) { self.approval = approval }
}

/// Where a command runs.
package enum WorkingDirectoryRule: Sendable, Hashable {
    /// In the requester's working directory, and nowhere else.
    case requester
    /// In the requester's working directory, or in one that it names.
    case any
    case path(String)

    /// Nil when the requester may not have the directory it asked for.
    func directory(for request: CommandRequest) -> String? {
        switch (self, request.wantedDirectory) {
        case (.path(let path), let wanted): wanted.map { $0.hasSameBytes(as: path) } ?? true ? path : nil
        case (.any, let wanted): wanted ?? request.workingDirectory
        case (.requester, nil): request.workingDirectory
        case (.requester, .some(let wanted)): wanted.hasSameBytes(as: request.workingDirectory) ? wanted : nil
        }
    }
}

/// The group a rule asks for.
package enum GroupCriterion: Hashable, Sendable {
    case name(String)
    case id(GroupID)
}

/// Who may ask. Each kind that is named has to fit; of the names of one kind any will do. Without any kind everybody fits.
package struct RequesterCriteria: Sendable, Hashable {
    package var users: [UserCriterion]?
    package var groups: [GroupCriterion]?
    package var units: [GlobPattern]?
    package var executables: [GlobPattern]?

    package static let any = RequesterCriteria()

    package init(
        users: [UserCriterion]? = nil, groups: [GroupCriterion]? = nil, units: [GlobPattern]? = nil,
        executables: [GlobPattern]? = nil
    ) {
        self.users = users
        self.groups = groups
        self.units = units
        self.executables = executables
    }

    /// Whether the requester's account fits; the unit and the program it asks from are another time's matter.
    package func mayFit(_ requester: Requester) -> Bool {
        RequesterCriteria(users: users, groups: groups).matches(requester, doubtful: false)
    }

    /// - Parameter doubtful: what counts where it could not be seen who asks. A user without an account can be anybody who has subordinate
    ///   ids (subuid(5)).
    func matches(_ requester: Requester, doubtful: Bool) -> Bool {
        let isAnybody = doubtful && requester.userName == nil
        if let users, !isAnybody, !users.contains(where: requester.isUser) { return false }
        if let groups, !isAnybody, !groups.contains(where: { requester.isInGroup($0, doubtful: doubtful) }) {
            return false
        }
        if let units, !(doubtful ? requester.isInUnit(units, doubtful: true) : requester.isInSystemUnit(units)) {
            return false
        }
        if let executables, !requester.descends(from: executables, doubtful: doubtful) { return false }
        return true
    }
}

extension Requester {
    func isUser(_ criterion: UserCriterion) -> Bool {
        switch criterion {
        case .id(let id): user == id
        case .name(let name): userName?.hasSameBytes(as: name) ?? false
        }
    }

    /// - Parameter doubtful: whether a group that the account has and the process has not counts.
    func isInGroup(_ criterion: GroupCriterion, doubtful: Bool) -> Bool {
        switch criterion {
        case .id(let id): group == id || groups.contains(id) || doubtful && accountGroups.contains(id)
        case .name(let name):
            groupNames.contains(where: name.hasSameBytes)
                || doubtful && accountGroupNames.contains(where: name.hasSameBytes)
        }
    }

    /// Whether its unit, or one that its control group is below, is among them: `claude.service` runs below `user@1000.service`.
    func isInUnit(_ units: [GlobPattern], doubtful: Bool) -> Bool {
        guard unit != nil || cgroup != nil else { return doubtful }
        let names = (unit.map { [$0] } ?? []) + (cgroup ?? "").pathNames
        return names.contains { name in units.contains { $0.matches(name) } }
    }

    /// Whether the unit that root's systemd put it in, or a slice on the way to that, is among them: for what a unit is allowed. Below a
    /// unit everything may be of the making of whom it is delegated to, and called what he likes (`Delegate=`, systemd.resource-control(5);
    /// `systemd-run --user --unit=backup.service`).
    func isInSystemUnit(_ units: [GlobPattern]) -> Bool {
        guard let cgroup else { return unit.map { name in units.contains { $0.matches(name) } } ?? false }
        let names = cgroup.pathNames
        let end = names.firstIndex { $0.hasSuffix(".service") || $0.hasSuffix(".scope") } ?? names.endIndex - 1
        return names.prefix(end + 1).contains { name in units.contains { $0.matches(name) } }
    }

    /// Whether it, or a program it was started by, runs one of the executables.
    func descends(from executables: [GlobPattern], doubtful: Bool) -> Bool {
        if self.executables.contains(where: { path in executables.contains { $0.matches(path) } }) { return true }
        return doubtful && (hasUnseenAncestry || executable == nil)
    }
}

/// As whom a rule lets commands run.
package struct TargetCriteria: Sendable, Hashable {
    /// Nil when any user fits.
    package var users: [UserCriterion]?
    /// Groups that may be asked for in place of the user's own.
    package var groups: [GroupCriterion]

    package static let any = TargetCriteria(users: nil)
    package static let root = TargetCriteria(users: [.id(.root)])

    package init(users: [UserCriterion]?, groups: [GroupCriterion] = []) {
        self.users = users
        self.groups = groups
    }

    func matchesUser(of target: TargetIdentity) -> Bool {
        users?.contains { user in
            switch user {
            case .id(let id): target.user == id
            case .name(let name): target.userName.hasSameBytes(as: name)
            }
        } ?? true
    }

    func matchesGroup(of target: TargetIdentity) -> Bool {
        if !target.isGroupAskedFor || users == nil { return true }
        return groups.contains { group in
            switch group {
            case .id(let id): target.group == id
            case .name(let name): target.groupName?.hasSameBytes(as: name) ?? false
            }
        }
    }
}
