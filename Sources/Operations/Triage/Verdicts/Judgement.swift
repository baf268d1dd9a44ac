/// Points and confidence as they add up, each with its reason.
package struct Judgement {
    private(set) var points: Double
    private(set) var confidence: Double
    private(set) var reasons: [String]

    /// What it comes to.
    package struct Outcome: Sendable, Hashable {
        package var verdict: Verdict
        package var confidence: Double
        /// What analysts changed of it; nil when nothing.
        package var adjustment: String?
    }

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
        if let best = examination.techniques.first(where: { !$0.isClaimed }), best.isEvident {
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

extension Judgement.Outcome {
    /// The same with analysts heard: false positives lower the verdict, never below LOW, and every judgement moves the confidence towards
    /// how often they agreed: a tenth of it is theirs for the first judgement, and up to half with many.
    package func hearing(_ history: JudgementHistory) -> Self {
        let likes = Proportion(history.truePositives, of: history.falsePositives + history.truePositives)
        guard likes.total > 0 else { return self }
        var heard = self
        let least = min(verdict.rawValue, Verdict.low.rawValue)
        heard.verdict = Verdict(rawValue: max(verdict.rawValue - history.steps, least)) ?? verdict
        let isLowered = heard.verdict < verdict
        if isLowered {
            heard.adjustment =
                "lowered from \(verdict.name) to \(heard.verdict.name): analysts called \(history.falsePositives) of \(likes.total) alerts like this false positives; withdrawing their feedback undoes it"
        }
        let (share, agreed) = (min(0.5, 0.1 * Double(likes.total)), likes.value ?? 0)
        heard.confidence = confidence * (1 - share) + share * (isLowered ? 1 - agreed : agreed)
        return heard
    }
}
