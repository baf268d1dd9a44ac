/// What an alert shows by itself, before it is held against what is stored. It is the expensive part, and needs no database: producers'
/// threads do it side by side.
package struct Examination: Sendable {
    package var alert: Alert
    /// Techniques of the catalogue: those the source claims first, then those the text looks like. How something is set up is nothing that
    /// was done, whatever it reads like: a finding of posture has those alone that its check is mapped to.
    package var techniques: [MatchedTechnique]
    package var signals: [PlaybookSignal]
    /// Ids that the source claims and the catalogue does not know.
    package var unknownTechniques: Int
    package var hasCatalogue: Bool
    /// Entities that bind: see `EntityWeight`.
    package var specific: [Entity]

    package struct MatchedTechnique: Sendable, Hashable {
        package var match: TechniqueMatch
        /// Named by the source, not only alike in words.
        package var isClaimed: Bool

        /// Whether it is evidence: named by the source, or alike in words more often right than not, and in more than one word. One word
        /// alone has to be a rare one: of raw events that had one in common with their best technique, a third were about it.
        package var isEvident: Bool {
            isClaimed
                || match.probability >= Self.evidenceFloor && (match.matched.count > 1 || match.score >= Self.rareWord)
        }

        private static let evidenceFloor = 0.5
        /// The score that a best technique seldom has by one common word: of sixty everyday texts two have more, by three words and four.
        private static let rareWord = 0.46
    }

    /// Techniques that the text looks like, at most.
    package static let resultLimit = 5
    /// Below it a likeness in words is not shown.
    private static let floor = 0.05

    /// - Parameter limit: so many techniques that the text looks like at most.
    package init(
        _ alert: Alert, catalogue: some TechniqueRetrieving, playbooks: PlaybookSet = .shipped,
        limit: Int = resultLimit
    ) {
        let claimed = ClaimedTechniques(of: alert, in: catalogue)
        self.init(
            alert, claimed: claimed, signals: alert.playbookSignals(techniques: claimed.ids, of: playbooks),
            catalogue: catalogue, limit: limit)
    }

    /// - Parameters:
    ///   - claimed: what the source claims, looked up before.
    ///   - signals: of playbooks, looked for before.
    package init(
        _ alert: Alert, claimed: ClaimedTechniques, signals: [PlaybookSignal],
        catalogue: some TechniqueRetrieving, limit: Int = resultLimit
    ) {
        self.alert = alert
        hasCatalogue = !(catalogue is NoTechniques)
        // Of a text the title is only its first line.
        let isText = alert.source == .text
        let body = isText || alert.body == alert.title || alert.body.isEmpty ? nil : alert.body
        let found =
            alert.isPosture
            ? []
            : catalogue.techniques(title: isText ? alert.body : alert.title, body: body, limit: limit)
                .filter { match in match.score >= Self.floor && !claimed.ids.contains(match.id) }
        techniques = claimed.known + found.map { MatchedTechnique(match: $0, isClaimed: false) }
        unknownTechniques = claimed.unknown
        self.signals = signals
        specific = alert.entities.filter { EntityWeight(of: $0).binds }
    }
}

/// The techniques that an alert's source claims, held against the catalogue.
package struct ClaimedTechniques: Sendable {
    package private(set) var known: [Examination.MatchedTechnique] = []
    /// How many the catalogue does not know.
    package private(set) var unknown = 0

    package var ids: [String] { known.map(\.match.id) }

    /// Rules name what they were written for; that it is what happened is not certain.
    private static let claimProbability = 0.9

    package init(of alert: Alert, in catalogue: some TechniqueRetrieving) {
        for id in alert.claimedTechniques {
            guard let technique = catalogue.technique(id) else {
                unknown += 1
                continue
            }
            guard !known.contains(where: { $0.match.id == technique.id }) else { continue }
            let match = TechniqueMatch(
                id: technique.id, name: technique.name, tactics: technique.tactics, score: 1,
                probability: Self.claimProbability, matched: [])
            known.append(Examination.MatchedTechnique(match: match, isClaimed: true))
        }
    }
}

/// What analysts said of alerts like one, judgements that were withdrawn left out.
package struct JudgementHistory: Sendable, Hashable {
    package var truePositives: Int
    package var falsePositives: Int

    package init(truePositives: Int = 0, falsePositives: Int = 0) {
        self.truePositives = truePositives
        self.falsePositives = falsePositives
    }

    /// How many steps a verdict is lowered: one once false positives outnumber true ones, two once there are three and at least half are
    /// certainly so (the lower end of Wilson's interval).
    package var steps: Int {
        guard falsePositives > truePositives else { return 0 }
        let interval = Proportion(falsePositives, of: falsePositives + truePositives).interval
        return falsePositives >= 3 && interval.lowerBound >= 0.4 ? 2 : 1
    }
}

/// How many of how many, and how sure that is.
package struct Proportion: Sendable, Hashable {
    package var count: Int
    package var total: Int

    package init(_ count: Int, of total: Int) {
        self.count = count
        self.total = total
    }

    /// Nil of none.
    package var value: Double? { total > 0 ? Double(count) / Double(total) : nil }

    /// Wilson's score interval at 95 % (Wilson, 1927): it is right for few and for extremes too, where the usual one is not.
    package var interval: ClosedRange<Double> {
        guard total > 0 else { return 0...1 }
        let (z, n) = (1.959964, Double(total))
        let p = Double(count) / n
        let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        return max(0, middle - half)...min(1, middle + half)
    }
}
