import Findings
import HostModel
import JSON

extension AssessmentContext {
    /// Asks `judge` about the gateway of each AI agent on the host. Where there is none the question does not arise; a home that
    /// could not be read leaves it open, unless another user's gateway already answers it.
    ///
    /// A gateway without a configuration file runs on its defaults, which is what an empty document says.
    ///
    /// - Parameter judgement: what was found apart from any one gateway.
    func judgeGateways(
        startingFrom judgement: Judgement = Judgement(),
        _ judge: (_ gateway: AgentGateway, _ configuration: JSONValue, _ source: String) -> GatewayAnswer
    ) -> CheckAnswer {
        var judgement = judgement
        var beside: [Evidence] = []
        for gap in snapshot.unreadableAgentHomes { judgement.isUnknown(gap) }
        switch snapshot.agentGateways {
        case .unseen(let gap): judgement.isUnknown(gap)
        case .absent(let why, let source): beside.append(Evidence(why, from: source))
        case .seen(let gateways, let source):
            if gateways.isEmpty { beside.append(Evidence("no AI agent's gateway is set up", from: source)) }
            for gateway in gateways {
                switch Self.answer(judge, about: gateway) {
                case .judged(let one): judgement.add(one)
                case .notInQuestion(let evidence): beside += evidence
                }
            }
        }
        judgement.evidence += beside
        let nothingJudged = judgement.evidence.count == beside.count
        if nothingJudged, case .compliant = judgement.answer.status { return .notApplicable(beside) }
        return judgement.answer
    }

    private static func answer(
        _ judge: (AgentGateway, JSONValue, String) -> GatewayAnswer, about gateway: AgentGateway
    ) -> GatewayAnswer {
        switch gateway.configuration {
        case .seen(let configuration, let source): return judge(gateway, configuration, source)
        case .absent(let why, let source):
            var answer = judge(gateway, .object([:]), source)
            answer.sees(Evidence("\(why): the agent's defaults apply", from: source))
            return answer
        case .unseen(let gap):
            var judgement = Judgement()
            judgement.isUnknown(gap)
            return .judged(judgement)
        }
    }
}

/// What one gateway answers: a judgement, or that the question does not arise for it and why.
enum GatewayAnswer {
    case judged(Judgement)
    case notInQuestion([Evidence])

    fileprivate mutating func sees(_ evidence: Evidence) {
        switch self {
        case .judged(var judgement):
            judgement.sees(evidence)
            self = .judged(judgement)
        case .notInQuestion(let others): self = .notInQuestion(others + [evidence])
        }
    }
}

extension AgentGateway {
    /// One way people reach the agent (`channels.*`), with its accounts where it has several.
    struct Channel {
        /// `whatsapp`, or `telegram.accounts.alerts`.
        let name: String
        /// Its settings; an account inherits those of its channel.
        let settings: [String: JSONValue]

        subscript(key: String) -> JSONValue? { settings[key] }
    }

    /// The channels that are switched on, by name: a channel is on when its section is there and does not say `enabled: false`.
    static func channels(in configuration: JSONValue) -> [Channel] {
        let sections = configuration["channels"]?.members ?? [:]
        return sections.filter { !["defaults", "modelByChannel"].contains($0.key) }.sorted { $0.key < $1.key }
            .flatMap { name, section in channels(named: name, section: section) }
    }

    private static func channels(named name: String, section: JSONValue) -> [Channel] {
        guard let settings = section.members, settings["enabled"]?.flag != false else { return [] }
        let accounts = (settings["accounts"]?.members ?? [:]).sorted { $0.key < $1.key }
        guard !accounts.isEmpty else { return [Channel(name: name.displayed, settings: settings)] }
        return accounts.compactMap { account, overrides in
            guard let own = overrides.members, own["enabled"]?.flag != false else { return nil }
            return Channel(
                name: "\(name).accounts.\(account)".displayed, settings: settings.merging(own) { $1 })
        }
    }
}
