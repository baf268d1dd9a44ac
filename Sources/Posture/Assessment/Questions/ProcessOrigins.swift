import HostModel
import Policies

/// Where a process with root's rights comes from.
enum ProcessOrigin: Sendable, Hashable {
    /// The broker started it, so a policy allowed it.
    case broker
    /// The host itself: a service, the kernel, the program that lets people log in.
    case host
    /// An ordinary user, or an AI agent. `entry` is the first process on the way that had root's rights.
    case person(String, sign: String, entry: ProcessID)
    case agent(String, sign: String, entry: ProcessID)
    /// Its parents have ended, and neither a login nor a control group tells whose they were.
    case unknown
}

/// Traces processes to where they come from: by their parents; where those have ended, by the control group, which only root can leave,
/// and by the user of the login, which stays with everything that descends from it.
struct ProcessOrigins {
    private static let depthLimit = 64
    /// Programs that run as root and open sessions for others: with no ordinary process above them, they are root's own.
    private static let sessionPrograms: Set<String> = [
        "agetty", "atd", "cron", "crond", "gdm-session-worker", "gdm3", "lightdm", "login", "sddm", "sddm-helper",
        "sshd", "sshd-auth", "sshd-session", "systemd", "systemd-executor", "systemd-logind", "xrdp-sesman",
    ]

    private let byID: [ProcessID: HostProcess]
    private let accounts: AccountDatabase?
    private let broker: BrokerInstallation?
    private let agents: CommandPolicy.Agents
    /// Accounts that AI agents run under, besides those that the policy names.
    private let agentAccounts: Set<String>

    init(
        _ processes: [HostProcess], accounts: AccountDatabase?, broker: BrokerInstallation?,
        agents: CommandPolicy.Agents, agentAccounts: Set<String>
    ) {
        byID = Dictionary(processes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.accounts = accounts
        self.broker = broker
        self.agents = agents
        self.agentAccounts = agentAccounts
    }

    /// Whether it has root's rights on the host: its user id, or a capability that comes to that.
    func hasRootRights(_ process: HostProcess) -> Bool {
        if process.isKernelThread { return false }
        if process.hasOwnUserNamespace { return false }
        return process.userID == .root
            || CapabilityName.names(in: process.effectiveCapabilities).contains(
                where: CapabilityName.rootEquivalent.contains)
    }

    func origin(of process: HostProcess) -> ProcessOrigin {
        var entry = process
        var current = process
        var isSession = false
        for depth in 0..<Self.depthLimit {
            if depth > 0, broker?.isRun(by: current) ?? false { return .broker }
            if let mark = agentMark(current) {
                return .agent(mark, sign: sign(of: current, below: process), entry: entry.id)
            }
            if depth > 0, let person = person(current.userID) {
                return .person(person, sign: sign(of: current, below: process), entry: entry.id)
            }
            // Process 1 is above everything, and adopts what has lost its parents.
            if current.id.rawValue != 1, hasRootRights(current) { entry = current }
            isSession = isSession || isSessionProgram(current)
            guard current.id.rawValue != 1, let parent = byID[current.parentID], parent.id != current.id else { break }
            current = parent
        }
        return originOfOrphan(process, entry: entry, isSession: isSession)
    }

    /// - Parameter isSession: an unbroken chain of root's processes leads to a program that opens sessions.
    private func originOfOrphan(_ process: HostProcess, entry: HostProcess, isSession: Bool) -> ProcessOrigin {
        if isSession { return .host }
        for place in [process, entry] {
            if let user = place.sliceOwner, let person = person(user) {
                return .person(person, sign: "its control group is \(place.cgroup ?? "")", entry: entry.id)
            }
            if case .user(let user) = place.login, let person = person(user) {
                return .person(person, sign: "its login is \(person)'s", entry: entry.id)
            }
        }
        let isTold = [process, entry].contains { $0.unit != nil || $0.container != nil || $0.isRootLogin }
        return process.id.rawValue == 1 || isTold ? .host : .unknown
    }

    private func sign(of ancestor: HostProcess, below process: HostProcess) -> String {
        if ancestor.id == process.id { return "it is one itself" }
        return "it descends from process \(ancestor.id) (\(ancestor.name.displayed(limit: 40)))"
    }

    private func isSessionProgram(_ process: HostProcess) -> Bool {
        guard process.userID == .root,
            let name = process.executable?.split(separator: "/").last
        else { return false }
        // Process 1 starts everything, sessions and services.
        return process.id.rawValue != 1 && Self.sessionPrograms.contains(String(name))
    }

    /// The name of an ordinary user; nil for root, for accounts of services, and for ids that systemd gives away for a while
    /// (`DynamicUser=`, systemd.exec(5)).
    private func person(_ user: UserID) -> String? {
        let lowest = accounts?.personIDs.lowerBound ?? 1000
        let id = user.rawValue
        guard id >= lowest, id != UInt32.max, id != 65534, !(61184...65519).contains(id) else { return nil }
        return accounts?.name(of: user) ?? user.description
    }

    private func agentMark(_ process: HostProcess) -> String? {
        let name = accounts?.user(process.userID)?.name
        if let name, agentAccounts.contains(name) { return "the AI agent's account \(name)" }
        var requester = Requester(
            user: process.userID, userName: name, group: .root, process: process.id, startTime: 0)
        if case .user(let login) = process.login {
            requester.loginUser = login
            requester.loginName = accounts?.user(login)?.name
            if let name = requester.loginName, agentAccounts.contains(name) { return "a login of \(name)" }
        }
        requester.cgroup = process.cgroup
        requester.unit = process.unit
        requester.executable = process.executable
        return agents.mark(of: requester)
    }
}

extension HostProcess {
    /// Neither a program nor arguments, and a child of the kernel's own (`kthreadd`, process 2).
    fileprivate var isKernelThread: Bool {
        executable == nil && commandLine.isEmpty && (id.rawValue == 2 || parentID.rawValue == 2)
    }

    fileprivate var isRootLogin: Bool { login == .user(.root) }

    /// Whose slice its control group is in: `/user.slice/user-1000.slice/session-3.scope` (systemd.special(7)).
    fileprivate var sliceOwner: UserID? {
        for part in (cgroup ?? "").split(separator: "/") where part.hasPrefix("user-") && part.hasSuffix(".slice") {
            if let id = UInt32(part.dropFirst("user-".count).dropLast(".slice".count)) { return UserID(id) }
        }
        return nil
    }
}
