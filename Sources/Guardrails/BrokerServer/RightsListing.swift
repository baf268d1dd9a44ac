internal import BrokerProtocol
private import FoundationEssentials
internal import HostModel
internal import LinuxSystem
internal import Policies
internal import PrivilegeBroker

/// The answer to `sudo -l`: what the rules let somebody run, in sudo's form, and what agreement each needs.
struct RightsListing {
    let broker: Broker
    let peer: Peer

    func answer(_ query: RightsQuery) throws(Refusal) -> RightsReport {
        let policies = broker.policy()
        guard let policy = policies.set.commandPolicy else {
            throw Refusal(code: .policyUnusable, text: policies.set.unusable ?? "there is no command policy")
        }
        let requester = try subject(query)
        guard query.arguments.isEmpty else { return try answer(about: query, requester, policies) }
        let rules = policy.rules.filter {
            $0.allowance != nil && $0.from.mayFit(requester) && !$0.isExpired(at: Date.now)
        }
        let host = KernelIdentity.current.hostname
        let name = requester.userLabel
        guard !rules.isEmpty else {
            return RightsReport(isAllowed: false, lines: ["User \(name) is not allowed to run sudo on \(host)."])
        }
        let heading = "User \(name) may run the following commands on \(host):"
        return RightsReport(isAllowed: true, lines: [heading] + rules.flatMap { $0.lines(requester: requester) })
    }

    /// Whose rights are looked at. Those of others are root's to see.
    private func subject(_ query: RightsQuery) throws(Refusal) -> Requester {
        guard let user = query.user, user != peer.requester.userName else { return peer.requester }
        guard peer.requester.user == .root else {
            throw Refusal(code: .deniedByPolicy, text: "only root may list the rights of others")
        }
        guard let account = UserAccount.named(user) else { throw Refusal(code: .usage, text: "unknown user \(user)") }
        var requester = peer.requester
        (requester.user, requester.userName) = (UserID(account.user), account.name)
        requester.group = GroupID(account.group)
        requester.groups = Set(account.groups.map { GroupID($0) })
        requester.groupNames = Set(account.groups.compactMap(GroupNames.name(of:)))
        (requester.loginUser, requester.loginName) = (nil, nil)
        return requester
    }

    private func answer(
        about query: RightsQuery, _ requester: Requester, _ policies: PolicyStore.Loaded
    ) throws(Refusal) -> RightsReport {
        let run = RunRequest(
            arguments: query.arguments, workingDirectory: "", targetUser: query.targetUser,
            targetGroup: query.targetGroup,
            options: query.options)
        let securePath = policies.set.commandPolicy?.securePath ?? CommandPolicy.defaultSecurePath
        let prepared = try PreparedRequest(
            run, from: peer, accounts: broker.accounts, securePath: securePath, isUntrusted: false, inOwnDirectory: true
        )
        let decision = policies.set.decide(prepared.request, from: requester, at: Date.now)
        switch decision {
        case .denied(let denial) where denial.kind != .reasonMissing:
            return RightsReport(isAllowed: false, lines: [denial.reason])
        default:
            let words = [prepared.request.requestedPath] + prepared.request.arguments
            return RightsReport(isAllowed: true, lines: [words.joined(separator: " ")])
        }
    }
}

extension CommandRule {
    /// `(root) PASSWD: /usr/bin/systemctl restart nginx`, and in brackets what sudo has no word for.
    fileprivate func lines(requester: Requester) -> [String] {
        guard let allowance else { return [] }
        let target = allowance.capabilities == nil ? runAs.text : requester.userLabel
        let tag = allowance.approval.isNone ? "NOPASSWD: " : ""
        let needs = allowance.approval.isNone ? "" : "  [approval: \(allowance.approval)]"
        let paths: [String] = if case .paths(let written, _) = command { written } else { ["ALL"] }
        return paths.map { "    (\(target)) \(tag)\($0) \(arguments)\(needs)  [\(id)]" }
    }
}

extension TargetCriteria {
    fileprivate var text: String {
        let users = self.users.map { $0.map(\.text).joined(separator: ", ") } ?? "ALL"
        let groups = groups.map(\.text).joined(separator: ", ")
        return groups.isEmpty ? users : "\(users) : \(groups)"
    }
}

extension UserCriterion {
    fileprivate var text: String {
        switch self {
        case .name(let name): name
        case .id(let id): id == .root ? "root" : "#\(id)"
        }
    }
}

extension GroupCriterion {
    fileprivate var text: String {
        switch self {
        case .name(let name): name
        case .id(let id): "#\(id)"
        }
    }
}
