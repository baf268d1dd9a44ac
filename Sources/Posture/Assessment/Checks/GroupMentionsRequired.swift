import ControlFrameworks
import Findings
import HostModel
import JSON

/// In groups the agent answers only when it is addressed: every setting of a channel says so, and there are patterns by which it knows
/// its name where the service has no mentions of its own.
struct GroupMentionsRequired: Check {
    let description = CheckDescription(
        id: "group_mentions_required", title: "In groups the AI agent acts only when it is mentioned",
        category: .agents, risk: .medium,
        rationale: """
            In a group anybody writes, and links and quotes come from further away still. An agent that reacts to every message takes \
            orders from all of them.
            """,
        remediation: """
            Set requireMention: true for "*" in channels.<channel>.groups and remove false elsewhere; list the agent's names in \
            messages.groupChat.mentionPatterns.
            """,
        controls: [
            .iso("A.8.3"), .iso("A.8.26"), .csf("PR.AA-05"), .csf("PR.PS-01"), .sp80053("AC-3"), .sp80053("SI-10"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.judgeGateways { gateway, configuration, source in
            let channels = AgentGateway.channels(in: configuration).filter { $0["groupPolicy"]?.text != "disabled" }
            guard !channels.isEmpty else {
                return .notInQuestion([Evidence("\(gateway.account): no channel hears groups", from: source)])
            }
            var judgement = Judgement()
            let unmentioned = channels.filter { Self.requirements(of: $0).contains(false) }
            for channel in channels {
                Self.judge(
                    channel, isAlone: unmentioned.count == channels.count, account: gateway.account, source, &judgement)
            }
            Self.judgePatterns(configuration, account: gateway.account, source, &judgement)
            return .judged(judgement)
        }
    }

    private static func judge(
        _ channel: AgentGateway.Channel, isAlone: Bool, account: String, _ source: String, _ judgement: inout Judgement
    ) {
        let requirements = requirements(of: channel)
        let name = "channels.\(channel.name)"
        if requirements.contains(false) {
            let count = requirements.count { !$0 }
            let evidence = Evidence(
                "\(name): requireMention is false in \(count) of \(requirements.count)", from: source)
            let what = "\(account): \(channel.name) answers in groups without being mentioned"
            if isAlone { judgement.violates(what, evidence) } else { judgement.fallsShort(what, evidence) }
        } else if requirements.isEmpty {
            judgement.fallsShort(
                "\(account): \(channel.name) leaves requireMention to the program's default",
                Evidence("\(name): requireMention is not set", from: source))
        } else {
            judgement.sees(Evidence("\(name): requireMention is true in all \(requirements.count)", from: source))
        }
    }

    private static func judgePatterns(
        _ configuration: JSONValue, account: String, _ source: String, _ judgement: inout Judgement
    ) {
        let key = "messages.groupChat.mentionPatterns"
        let patterns = configuration["messages"]?["groupChat"]?["mentionPatterns"]?.elements ?? []
        let names = patterns.compactMap(\.text).map(\.trimmed)
        if names.contains(where: matchesAnything) {
            judgement.violates(
                "\(account): a mention pattern matches every message",
                Evidence("\(key) holds a pattern that matches anything", from: source))
        } else if names.contains(where: { !$0.isEmpty }) {
            judgement.sees(Evidence("\(key): \(names.count) patterns", from: source))
        } else {
            judgement.fallsShort(
                "\(account): no mention patterns, so services without mentions of their own cannot tell",
                Evidence("\(key) is not set", from: source))
        }
    }

    private static func matchesAnything(_ pattern: String) -> Bool {
        ["*", ".*", ".+", ".", "^.*$", "^.+$"].contains(pattern)
    }

    /// Every `requireMention` of a channel, at the channel itself and in its groups, guilds, rooms and topics.
    private static func requirements(of channel: AgentGateway.Channel) -> [Bool] {
        requirements(in: .object(channel.settings.filter { $0.key != "accounts" }), depth: 0)
    }

    private static func requirements(in value: JSONValue, depth: Int) -> [Bool] {
        guard depth < 6, let members = value.members else { return [] }
        return members.sorted { $0.key < $1.key }.flatMap { key, value in
            if key == "requireMention" { return value.flag.map { [$0] } ?? [] }
            return requirements(in: value, depth: depth + 1)
        }
    }
}
