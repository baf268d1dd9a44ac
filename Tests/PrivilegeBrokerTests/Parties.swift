import BrokerProtocol
import HostModel
import LinuxSystem
import PrivilegeBroker

/// People, agents and moments that tests speak of.
enum Scene {
    static let rules = ApprovalRules(
        agents: AgentList(users: [UserID(2000)], units: ["claude.service"], executables: ["/usr/bin/agent"]),
        approverGroup: "approvers")

    /// Ada, who asks, at her terminal.
    static let ada = party(1000, process: 100, session: 5, terminal: 34816, groups: ["ada", "approvers"])
    /// Ada in another login, at another terminal.
    static let adaElsewhere = party(1000, process: 101, session: 6, terminal: 34817, groups: ["ada", "approvers"])
    static let bob = party(1001, process: 200, session: 7, terminal: 34818, groups: ["bob", "approvers"])
    static let carol = party(1002, process: 300, session: 8, terminal: 34819, groups: ["carol", "approvers"])
    /// Dave is no approver.
    static let dave = party(1003, process: 400, session: 9, terminal: 34820, groups: ["dave"])
    static let agentAccount = party(2000, process: 500, session: 10, terminal: 34821, groups: ["approvers"])

    static func party(
        _ user: UInt32, process: Int32, login: UInt32? = nil, session: UInt32?, terminal: UInt64?,
        groups: Set<String> = ["approvers"], units: [String] = [], executables: [String] = ["/usr/bin/bailey"]
    ) -> Party {
        Party(
            process: Party.ProcessKey(id: ProcessID(process), startTime: UInt64(process)), user: UserID(user),
            groups: groups,
            login: Party.Login(user: session == nil ? nil : UserID(login ?? user), session: session),
            terminal: terminal, units: units, executables: executables)
    }

    static func digest(_ byte: UInt8 = 1) -> SubjectDigest {
        guard let digest = SubjectDigest(Array(repeating: byte, count: 32)) else { preconditionFailure("32 bytes") }
        return digest
    }

    static func seconds(_ seconds: Int) -> BootTime { BootTime(sinceBoot: .seconds(seconds)) }

    static func request(
        by requester: Party = ada, _ needs: [ApprovalNeed], digest: SubjectDigest = digest(), session: String? = nil
    ) -> ApprovalRequest {
        ApprovalRequest(requester: requester, digest: digest, needs: needs, session: session)
    }
}

extension Party {
    /// The same with something changed.
    func with(_ change: (inout Party) -> Void) -> Party {
        var party = self
        change(&party)
        return party
    }
}
