import BrokerProtocol
import HostModel
import LinuxSystem
import Policies
import PrivilegeBroker

/// People, agents and moments that tests speak of.
enum Scene {
    static let rules = ApprovalRules(agents: agents, approverGroup: "approvers")

    private static let agents: CommandPolicy.Agents = {
        var agents = CommandPolicy.Agents()
        agents.users = [.id(UserID(2000))]
        agents.units = pattern("claude.service")
        agents.executables = pattern("/usr/bin/agent")
        return agents
    }()

    private static func pattern(_ text: String) -> [GlobPattern] {
        guard let glob = try? GlobPattern(text) else { preconditionFailure("\(text) is a pattern") }
        return [glob]
    }

    /// Ada, who asks, at her terminal.
    static let ada = party(1000, process: 100, session: 5, terminal: "/dev/pts/34816", groups: ["ada", "approvers"])
    /// Ada in another login, at another terminal.
    static let adaElsewhere = party(
        1000, process: 101, session: 6, terminal: "/dev/pts/34817", groups: ["ada", "approvers"])
    static let bob = party(1001, process: 200, session: 7, terminal: "/dev/pts/34818", groups: ["bob", "approvers"])
    static let carol = party(
        1002, process: 300, session: 8, terminal: "/dev/pts/34819", groups: ["carol", "approvers"])
    /// Dave is no approver.
    static let dave = party(1003, process: 400, session: 9, terminal: "/dev/pts/34820", groups: ["dave"])
    static let agentAccount = party(2000, process: 500, session: 10, terminal: "/dev/pts/34821", groups: ["approvers"])

    static func party(
        _ user: UInt32, process: Int32, login: UInt32? = nil, session: UInt32?, terminal: String?,
        groups: Set<String> = ["approvers"], hasAccount: Bool = true
    ) -> Requester {
        Requester(
            user: UserID(user), userName: hasAccount ? "user\(user)" : nil, group: GroupID(user), groupNames: groups,
            process: ProcessID(process),
            startTime: UInt64(process), loginUser: session == nil ? nil : UserID(login ?? user), auditSession: session,
            terminal: terminal, cgroup: "/user.slice/session.scope", unit: "session.scope",
            executable: "/usr/bin/bailey", ancestry: ["/usr/bin/bash", "/usr/sbin/sshd"])
    }

    static func digest(_ byte: UInt8 = 1) -> SubjectDigest {
        guard let digest = SubjectDigest(Array(repeating: byte, count: 32)) else { preconditionFailure("32 bytes") }
        return digest
    }

    static func seconds(_ seconds: Int) -> BootTime { BootTime(sinceBoot: .seconds(seconds)) }

    static func request(
        by requester: Requester = ada, _ needs: [ApprovalNeed], digest: SubjectDigest = digest(), session: String? = nil
    ) -> ApprovalRequest {
        ApprovalRequest(requester: requester, digest: digest, needs: needs, session: session)
    }
}

extension Requester {
    /// The same with something changed.
    func with(_ change: (inout Requester) -> Void) -> Requester {
        var party = self
        change(&party)
        return party
    }
}
