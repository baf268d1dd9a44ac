internal import JSON

/// What triage concludes of one alert, and why. It comes from rules and numbers alone: the same alert in the same state of the store gives
/// the same result.
package struct TriageResult: Sendable {
    package var verdict: Verdict
    /// 0 to 1: how often a verdict like this is right, as far as can be told. That of a text is how likely it is what it reads like, which
    /// `scripts/bench` holds against labelled texts; that of other alerts begins with their source's and grows with each thing that speaks
    /// for it. Analysts' judgements move both towards how often they agreed.
    package var confidence: Double
    package var severity: AlertSeverity
    package var techniques: [Examination.MatchedTechnique]
    /// The tactics that the evidence shows, in the order of an attack, with their techniques.
    package var attackChain: [(tactic: String, techniques: [String])]
    package var reasoning: [String]
    /// What its source says should be done.
    package var advice: [String]
    /// What the playbooks that it touches say should be done.
    package var playbookActions: [String]
    package var falsePositiveIndicators: [String]
    package var unknowns: [String]
    package var playbooks: [String]
    /// What analysts' judgements changed; nil when nothing.
    package var adjustment: String?
    /// What it came to before analysts were heard; nil where they said nothing.
    package var unheard: Judgement.Outcome?

    /// What to do, the most fitting first: whoever found it knows best what it takes.
    package var actions: [String] { Self.actions(advice, playbookActions, verdict) }

    /// - Parameters:
    ///   - hits: the playbook rules whose thresholds this alert reached.
    ///   - occurrences: how often the alert has come, this time counted.
    package init(_ examination: Examination, hits: [PlaybookHit], history: JudgementHistory, occurrences: Int) {
        let alert = examination.alert
        var judgement = Judgement(examination)
        judgement.weigh(examination)
        judgement.weigh(hits)
        judgement.weigh(repeats: occurrences)
        let natural = Judgement.Outcome(verdict: Verdict(points: judgement.points), confidence: judgement.confidence)
        let heard = natural.hearing(history)
        (verdict, confidence, adjustment) = (heard.verdict, heard.confidence, heard.adjustment)
        unheard = history == JudgementHistory() ? nil : natural
        severity = alert.severity
        techniques = examination.techniques
        attackChain = Self.chain(examination.techniques)
        reasoning = judgement.reasons + (adjustment.map { [$0] } ?? [])
        playbooks = hits.map(\.playbook.id).uniqued()
        let relevant = hits.map(\.playbook) + examination.signals.map(\.playbook)
        advice = alert.advice
        playbookActions = relevant.uniqued(by: \.id).prefix(2).flatMap(\.actions)
        falsePositiveIndicators = Self.doubts(relevant, examination)
        unknowns = Self.unknowns(examination)
    }

    /// ATT&CK's tactics in the order that an attack goes through them.
    package static let tacticOrder = [
        "reconnaissance", "resource-development", "initial-access", "execution", "persistence", "privilege-escalation",
        "stealth",
        "defense-evasion", "defense-impairment", "credential-access", "discovery", "lateral-movement", "collection",
        "command-and-control", "exfiltration", "impact",
    ]

    static func chain(_ techniques: [Examination.MatchedTechnique]) -> [(tactic: String, techniques: [String])] {
        let evident = techniques.filter(\.isEvident)
            .map { (id: $0.match.id, tactics: $0.match.tactics.map(normalized)) }
        return tacticOrder.compactMap { tactic in
            let ids = evident.filter { $0.tactics.contains(tactic) }.map(\.id)
            return ids.isEmpty ? nil : (tactic, ids)
        }
    }

    /// The techniques of the attack chain, each once.
    package var evidentTechniques: [String] { attackChain.flatMap(\.techniques).uniqued() }

    /// `Credential Access` is `credential-access`.
    static func normalized(_ tactic: String) -> String {
        let isNormal = tactic.utf8.allSatisfy { $0 != 0x20 && !(0x41...0x5a).contains($0) }
        return isNormal ? tactic : tactic.lowercased().replacing(" ", with: "-")
    }

    static func actions(_ advice: [String], _ playbooks: [String], _ verdict: Verdict) -> [String] {
        (advice + (playbooks.isEmpty ? generalActions(verdict) : playbooks)).uniqued()
    }

    /// What to do where no playbook knows better.
    static func generalActions(_ verdict: Verdict) -> [String] {
        switch verdict {
        case .critical, .high:
            [
                "Look at the host and the entities named here now; isolate the host if what is described goes on.",
                "Keep logs and files before they rotate.",
            ]
        case .medium: ["Look whether somebody expected this; search for the entities named here on other hosts."]
        case .low, .benign: ["Nothing needs to be done at once; it is counted, and comes back when there is more."]
        }
    }

    private static func doubts(_ playbooks: [Playbook], _ examination: Examination) -> [String] {
        let alert = examination.alert
        var doubts = playbooks.uniqued(by: \.id).prefix(2).flatMap(\.falsePositives)
        if alert.observations.contains(where: { $0.points < 0 }) {
            doubts.append("It was blocked or did not succeed where it was seen.")
        }
        func isAddress(_ entity: Entity) -> Bool { entity.kind == .ipv4 || entity.kind == .ipv6 }
        if alert.entities.contains(where: isAddress), !examination.specific.contains(where: isAddress) {
            doubts.append("All addresses in it are private or well known.")
        }
        return doubts
    }

    private static func unknowns(_ examination: Examination) -> [String] {
        let alert = examination.alert
        var unknowns: [String] = []
        if !examination.hasCatalogue {
            unknowns.append("no ATT&CK catalogue is loaded: techniques are neither looked up nor shown")
        }
        if examination.unknownTechniques > 0, examination.hasCatalogue {
            unknowns.append(
                "\(examination.unknownTechniques) technique ids of the source are not in the catalogue and are left out"
            )
        }
        if alert.host.isEmpty { unknowns.append("which host it happened on") }
        if alert.time == nil {
            unknowns.append("when it happened: the source gives no time that can be read; when it came in stands in")
        }
        if examination.specific.isEmpty {
            unknowns.append(
                "who or what is behind it: nothing specific is named, so it cannot be joined to other alerts")
        }
        if !alert.cuts.isEmpty { unknowns.append("part of what was sent: \(alert.cuts.description)") }
        if alert.source == .text || alert.source == .other {
            unknowns.append("how bad its source thinks it is: the severity is judged by words")
        }
        return unknowns
    }
}

extension Sequence {
    func uniqued<Key: Hashable>(by key: (Element) -> Key) -> [Element] {
        var seen: Set<Key> = []
        return filter { seen.insert(key($0)).inserted }
    }
}

extension Sequence where Element: Hashable {
    func uniqued() -> [Element] { uniqued(by: { $0 }) }
}
