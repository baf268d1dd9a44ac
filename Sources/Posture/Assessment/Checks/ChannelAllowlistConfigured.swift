import ControlFrameworks
import Findings
import HostModel
import JSON

/// Each channel names the people who may talk to the agent. One channel of several without a list is partial, none with one a violation.
struct ChannelAllowlistConfigured: Check {
    let description = CheckDescription(
        id: "channel_allowlist_configured", title: "Every channel of the AI agent names who may use it",
        category: .agents, risk: .high,
        rationale: """
            An agent does what a message asks with its account's rights. Without a list of senders that is anybody who finds the \
            channel.
            """,
        remediation: """
            List the senders in channels.<channel>.allowFrom (no "*"), and leave dmPolicy and groupPolicy on "allowlist"; switch off \
            channels nobody uses.
            """,
        controls: [
            .iso("A.5.15"), .iso("A.8.3"), .csf("PR.AA-03"), .csf("PR.AA-05"), .sp80053("AC-3"), .sp80053("IA-2"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.judgeGateways { gateway, configuration, source in
            let channels = AgentGateway.channels(in: configuration)
            guard !channels.isEmpty else {
                return .notInQuestion([Evidence("\(gateway.account): no channel is switched on", from: source)])
            }
            let faults = channels.compactMap { channel in Self.fault(of: channel).map { (channel, $0) } }
            var judgement = Judgement()
            for channel in channels where !faults.contains(where: { $0.0.name == channel.name }) {
                let count = Self.senders(of: channel)?.count ?? 0
                let what = count == 0 ? "direct messages are off" : "\(count) senders allowed"
                judgement.sees(Evidence("channels.\(channel.name): \(what)", from: source))
            }
            for (channel, fault) in faults {
                let evidence = Evidence("channels.\(channel.name): \(fault)", from: source)
                if faults.count == channels.count {
                    judgement.violates("\(gateway.account): \(channel.name): \(fault)", evidence)
                } else {
                    judgement.fallsShort("\(gateway.account): \(channel.name): \(fault)", evidence)
                }
            }
            return .judged(judgement)
        }
    }

    /// What leaves the channel open; nil when the people on it are named. Senders are counted and never shown: they are phone numbers.
    private static func fault(of channel: AgentGateway.Channel) -> String? {
        let policy = (channel["dmPolicy"] ?? channel["dm"]?["policy"])?.text
        if policy == "open" { return "dmPolicy is open" }
        if channel["groupPolicy"]?.text == "open" { return "groupPolicy is open: anybody in a group is heard" }
        if let groupSenders = channel["groupAllowFrom"]?.elements, groupSenders.contains(where: isEverybody) {
            return "groupAllowFrom contains \u{201c}*\u{201d}"
        }
        guard let senders = senders(of: channel) else {
            return policy == "disabled" ? nil : "allowFrom is not set"
        }
        if senders.contains(where: isEverybody) { return "allowFrom contains \u{201c}*\u{201d}" }
        return senders.isEmpty && policy != "disabled" ? "allowFrom is empty" : nil
    }

    /// Some channels keep the list under `dm`. Anything but a list of senders is none.
    private static func senders(of channel: AgentGateway.Channel) -> [JSONValue]? {
        (channel["allowFrom"] ?? channel["dm"]?["allowFrom"])?.elements
    }

    private static func isEverybody(_ sender: JSONValue) -> Bool {
        sender.text?.trimmed == "*"
    }
}
