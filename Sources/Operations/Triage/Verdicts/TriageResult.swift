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
    package var actions: [String]
    package var falsePositiveIndicators: [String]
    package var unknowns: [String]
    package var playbooks: [String]
    /// What analysts' judgements changed; nil when nothing.
    package var adjustment: String?

    /// - Parameters:
    ///   - hits: the playbook rules whose thresholds this alert reached.
    ///   - occurrences: how often the alert has come, this time counted.
    package init(_ examination: Examination, hits: [PlaybookHit], history: JudgementHistory, occurrences: Int) {
        let alert = examination.alert
        var judgement = Judgement(examination)
        judgement.weigh(examination)
        judgement.weigh(hits)
        judgement.weigh(repeats: occurrences)
        let natural = Verdict(points: judgement.points)
        verdict = natural
        confidence = judgement.confidence
        (verdict, adjustment) = Self.lowered(natural, by: history)
        severity = alert.severity
        techniques = examination.techniques
        attackChain = Self.chain(examination.techniques)
        reasoning = judgement.reasons + (adjustment.map { [$0] } ?? [])
        playbooks = hits.map(\.playbook.id).uniqued()
        let relevant = hits.map(\.playbook) + examination.signals.map(\.playbook)
        actions = Self.actions(relevant, verdict)
        falsePositiveIndicators = Self.doubts(relevant, examination)
        unknowns = Self.unknowns(examination)
        if history.falsePositives + history.truePositives > 0 {
            let likes = Proportion(history.truePositives, of: history.falsePositives + history.truePositives)
            // A tenth of the confidence is the analysts' for the first judgement, and up to half with many.
            let share = min(0.5, 0.1 * Double(likes.total))
            confidence =
                confidence * (1 - share) + share * (verdict < natural ? 1 - (likes.value ?? 0) : likes.value ?? 0)
        }
    }

    private static func lowered(_ verdict: Verdict, by history: JudgementHistory) -> (Verdict, String?) {
        let lowered =
            Verdict(rawValue: max(verdict.rawValue - history.steps, min(verdict.rawValue, Verdict.low.rawValue)))
            ?? verdict
        guard lowered < verdict else { return (verdict, nil) }
        let of = history.falsePositives + history.truePositives
        return (
            lowered,
            "lowered from \(verdict.name) to \(lowered.name): analysts called \(history.falsePositives) of \(of) alerts like this false positives; withdrawing their feedback undoes it"
        )
    }

    /// ATT&CK's tactics in the order that an attack goes through them.
    package static let tacticOrder = [
        "reconnaissance", "resource-development", "initial-access", "execution", "persistence", "privilege-escalation",
        "stealth",
        "defense-evasion", "defense-impairment", "credential-access", "discovery", "lateral-movement", "collection",
        "command-and-control", "exfiltration", "impact",
    ]

    /// Likeness in words alone is evidence where it is more often right than not.
    fileprivate static let evidenceFloor = 0.5

    static func chain(_ techniques: [Examination.MatchedTechnique]) -> [(tactic: String, techniques: [String])] {
        let evident = techniques.filter { $0.isClaimed || $0.match.probability >= evidenceFloor }
            .map { (id: $0.match.id, tactics: $0.match.tactics.map(normalized)) }
        return tacticOrder.compactMap { tactic in
            let ids = evident.filter { $0.tactics.contains(tactic) }.map(\.id)
            return ids.isEmpty ? nil : (tactic, ids)
        }
    }

    /// The techniques of the attack chain, each once.
    package var evidentTechniques: [String] { attackChain.flatMap(\.techniques).uniqued() }

    /// `Credential Access` is `credential-access`.
    fileprivate static func normalized(_ tactic: String) -> String {
        let isNormal = tactic.utf8.allSatisfy { $0 != 0x20 && !(0x41...0x5a).contains($0) }
        return isNormal ? tactic : tactic.lowercased().replacing(" ", with: "-")
    }

    private static func actions(_ playbooks: [Playbook], _ verdict: Verdict) -> [String] {
        let specific = playbooks.uniqued(by: \.id).prefix(2).flatMap(\.actions)
        return specific.isEmpty ? generalActions(verdict) : specific
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

/// Points and confidence as they add up, each with its reason.
private struct Judgement {
    var points: Double
    var confidence: Double
    var reasons: [String]

    init(_ examination: Examination) {
        let alert = examination.alert
        points =
            switch alert.severity {
            case .informational: 5
            case .low: 25
            case .medium: 50
            case .high: 70
            case .critical: 88
            }
        // Of a text nothing is known but what it reads like: it is as sure as that.
        confidence =
            alert.source == .text ? examination.techniques.map(\.match.probability).max() ?? 0 : alert.confidence
        reasons = ["\(alert.source.rawValue) calls it \(alert.severity.name): \(Int(points)) points of 100"]
        for observation in alert.observations { add(observation.points, observation.text) }
    }

    private mutating func add(_ points: Double, _ reason: String) {
        self.points = min(max(self.points + points, 0), 100)
        reasons.append("\(reason): \(points < 0 ? "" : "+")\(Int(points))")
    }

    /// Independent evidence: what is left of doubt shrinks by its share.
    private mutating func raise(_ share: Double) { confidence = 1 - (1 - confidence) * (1 - share) }

    mutating func weigh(_ examination: Examination) {
        let claimed = examination.techniques.filter(\.isClaimed)
        if !claimed.isEmpty {
            raise(0.15)
            let late = ["impact", "exfiltration", "credential-access", "lateral-movement", "command-and-control"]
            let isLate = claimed.contains {
                $0.match.tactics.contains { late.contains(TriageResult.normalized($0)) }
            }
            add(
                isLate ? 8 : 4,
                "its source names \(claimed.map { "\($0.match.id) \($0.match.name)" }.joined(separator: ", "))")
        }
        let isText = examination.alert.source == .text
        if let best = examination.techniques.first(where: { !$0.isClaimed }),
            best.match.probability >= TriageResult.evidenceFloor
        {
            if !isText { raise(0.2 * best.match.probability) }
            let words = best.match.matched.prefix(6).joined(separator: ", ")
            let percent = Int((best.match.probability * 100).rounded())
            reasons.append("it reads like \(best.match.id) \(best.match.name) (\(percent) % are right): \(words)")
        }
        let specific = examination.specific
        if !specific.isEmpty {
            if !isText { raise(0.1) }
            reasons.append(
                "it names \(specific.count) specific \(specific.count == 1 ? "thing" : "things"): \(specific.prefix(4).map(\.value).joined(separator: ", "))"
            )
        }
    }

    mutating func weigh(_ hits: [PlaybookHit]) {
        for (position, hit) in hits.enumerated() {
            raise(position < 2 ? 0.3 : 0.1)
            // The worst comes first; a second one may add a little, and none takes away.
            let target = hit.rule.verdict.floor + 5
            if target > points {
                add(target - points, hit.meaning)
            } else {
                reasons.append("\(hit.meaning): already counted")
            }
        }
    }

    mutating func weigh(repeats: Int) {
        guard repeats >= 10 else { return }
        reasons.append("it has come \(repeats) times")
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
