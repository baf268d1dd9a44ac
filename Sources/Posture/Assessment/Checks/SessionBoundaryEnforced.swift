import ControlFrameworks
import Findings
import HostModel
import JSON

/// What one session is allowed does not reach into another: people who share an AI agent have conversations of their own, its gateway
/// knows who speaks, and an elevation by sudo ends with the terminal session it was given in.
struct SessionBoundaryEnforced: Check {
    let description = CheckDescription(
        id: "session_boundary_enforced", title: "Sessions are kept apart from each other", category: .agents,
        risk: .medium,
        rationale: """
            Where conversations share a session, one person's words steer what the agent does for another; where elevation is \
            shared, any process of the account uses it.
            """,
        remediation: """
            Set session.dmScope to per-channel-peer and gateway.auth.mode to token in openclaw.json; remove \
            timestamp_type=global and !tty_tickets from sudoers.
            """,
        controls: [
            .iso("A.8.5"), .iso("A.8.3"), .csf("PR.AA-03"), .csf("PR.AA-05"), .sp80053("AC-12"), .sp80053("SC-23"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.judgeGateways(startingFrom: elevation(context.snapshot.sudo)) { gateway, configuration, source in
            .judged(judge(gateway, configuration, source))
        }
    }

    /// sudo's tickets are bound to the terminal unless told otherwise (sudoers(5), `timestamp_type`).
    private func elevation(_ sudo: Observation<SudoPolicy>) -> Judgement {
        var judgement = Judgement()
        // Without sudo there is no ticket that could reach from one session into another.
        if case .absent = sudo { return judgement }
        guard let (policy, source) = judgement.look(at: sudo) else { return judgement }
        for setting in policy.defaults {
            let isShared =
                setting.name == "timestamp_type" && setting.value == "global"
                || setting.name == "tty_tickets" && setting.isNegated
            guard isShared, setting.scope != nil || policy.setting(setting.name) == setting else { continue }
            let text = setting.isNegated ? "!\(setting.name)" : "\(setting.name)=\(setting.value ?? "")"
            judgement.violates(
                "an elevation holds in every session of its user (\(text))",
                Evidence("Defaults\(setting.scope ?? "") \(text)", from: setting.location))
        }
        if judgement.violations.isEmpty {
            let type = policy.setting("timestamp_type")?.value ?? "tty, the default"
            judgement.sees(Evidence("elevation is bound to a session: timestamp_type \(type.displayed)", from: source))
        }
        return judgement
    }

    private func judge(_ gateway: AgentGateway, _ configuration: JSONValue, _ source: String) -> Judgement {
        var judgement = Judgement()
        let session = configuration["session"]
        let scope = session?["dmScope"]?.text
        let people = AgentGateway.people(in: configuration)
        let shown = Evidence(
            "session.dmScope \((scope ?? "not set, so main").displayed), \(people) may write", from: source)
        if ["per-peer", "per-channel-peer", "per-account-channel-peer"].contains(scope) || !people.areSeveral {
            judgement.sees(shown)
        } else {
            judgement.violates("\(gateway.account): several people share one conversation with the agent", shown)
        }
        for (key, value) in [("scope", "global"), ("groupScope", "main")] where session?[key]?.text == value {
            judgement.violates(
                "\(gateway.account): groups share one conversation",
                Evidence("session.\(key) \(value)", from: source))
        }
        if let mode = (configuration["gateway"]?["auth"]?["mode"] ?? configuration["auth"]?["mode"])?.text,
            mode == "none"
        {
            judgement.violates(
                "\(gateway.account): the gateway asks nobody who they are", Evidence("auth.mode none", from: source))
        }
        return judgement
    }
}

extension AgentGateway {
    /// How many people may write to an agent directly.
    enum People: CustomStringConvertible {
        case named(Int)
        case anybody

        var areSeveral: Bool {
            switch self {
            case .named(let count): count > 1
            case .anybody: true
            }
        }

        var description: String {
            switch self {
            case .named(1): "1 person"
            case .named(let count): "\(count) people"
            case .anybody: "anybody"
            }
        }
    }

    /// Senders named over all channels; anybody where one is open, or lets in whoever is approved later (pairing).
    static func people(in configuration: JSONValue) -> People {
        var senders: Set<String> = []
        for channel in channels(in: configuration) {
            let policy = (channel["dmPolicy"] ?? channel["dm"]?["policy"])?.text
            if policy == "disabled" { continue }
            let names = ((channel["allowFrom"] ?? channel["dm"]?["allowFrom"])?.elements ?? []).compactMap(\.sender)
            if policy == "open" || names.contains("*") || names.isEmpty { return .anybody }
            senders.formUnion(names)
        }
        return .named(senders.count)
    }
}

extension JSONValue {
    /// A sender's id: text or a number.
    fileprivate var sender: String? { text?.trimmed ?? number.map { "\($0)" } }
}
