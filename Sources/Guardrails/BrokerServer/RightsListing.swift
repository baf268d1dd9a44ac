internal import BrokerProtocol
internal import FoundationEssentials
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
        let rules = policy.rules(for: requester, at: Date.now)
        let host = KernelIdentity.current.hostname
        let name = requester.userLabel
        guard !rules.isEmpty else {
            return RightsReport(isAllowed: false, lines: ["User \(name) is not allowed to run sudo on \(host)."])
        }
        let heading = "User \(name) may run the following commands on \(host):"
        let lines = rules.flatMap { query.isLong ? $0.stanza(requester: requester) : $0.lines(requester: requester) }
        return RightsReport(isAllowed: true, lines: [heading] + lines)
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
        (requester.accountGroups, requester.accountGroupNames) = (requester.groups, requester.groupNames)
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
        // As sudo does, what is denied prints nothing where programs read: why goes beside it.
        case .denied(let denial) where denial.kind != .reasonMissing:
            throw Refusal(code: .deniedByPolicy, text: denial.reason)
        default:
            if case .program(.failure(let reason)) = prepared.work {
                let (text, remedy) = reason.refusal(of: prepared.request, from: peer.requester)
                throw Refusal(code: .commandUnfit, text: text, remedy: remedy)
            }
            let words = [prepared.request.requestedPath] + prepared.request.arguments
            return RightsReport(isAllowed: true, lines: [words.joined(separator: " ")])
        }
    }
}

extension CommandPolicy {
    /// The rules that could let somebody run something.
    func rules(for requester: Requester, at now: Date) -> [CommandRule] {
        rules.filter { $0.allowance != nil && $0.from.mayFit(requester) && !$0.isExpired(at: now) }
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

    /// All that the rule says, a stanza in sudo's long form; what sudo has no word for follows in a line each.
    fileprivate func stanza(requester: Requester) -> [String] {
        guard let allowance else { return [] }
        let isOwn = allowance.capabilities != nil
        let groups = isOwn ? "" : runAs.groupText
        let paths: [String] = if case .paths(let written, _) = command { written } else { ["ALL"] }
        let more: [(String, String?)] = [
            ("RunAsGroups", groups.isEmpty ? nil : groups),
            ("Options", allowance.approval.isNone ? "!authenticate" : "authenticate"),
            ("Approval", allowance.approval.isNone ? nil : "\(allowance.approval)"),
            ("Capabilities", allowance.capabilities.map { $0.map(\.rawValue).sorted().joined(separator: ", ") }),
            ("Reason", allowance.needsReason ? "has to be given" : nil),
            (
                "Environment",
                allowance.environment.keep.isEmpty ? nil : allowance.environment.keep.joined(separator: ", ")
            ),
            ("Recorded", allowance.isRecorded ? "yes" : nil),
        ]
        let lines =
            [("RunAsUsers", isOwn ? requester.userLabel : runAs.userText)]
            + more.compactMap { name, value in
                value.map { (name, $0) }
            }
        return ["", "Rule '\(id)':"] + lines.map { "    \($0.0): \($0.1)" } + ["    Commands:"]
            + paths.map { "        \($0) \(arguments)" }
    }
}

extension TargetCriteria {
    fileprivate var userText: String { users.map { $0.map(\.text).joined(separator: ", ") } ?? "ALL" }
    fileprivate var groupText: String { groups.map(\.text).joined(separator: ", ") }
    fileprivate var text: String { groupText.isEmpty ? userText : "\(userText) : \(groupText)" }
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
