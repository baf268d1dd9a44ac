package import Policies

/// Every playbook that ships, by id.
package enum Playbooks {
    package static let all: [Playbook] = [
        .agentEgress, .bruteForce, .dataExfiltration, .guardBypass, .lateralMovement, .privilegeEscalation, .ransomware,
        .suspiciousScripting, .vulnerabilitySpike,
    ]
}

/// The playbooks that alerts are held against: those that ship as a policy tunes them, and those it adds. Made once for a policy, so that an
/// alert costs what it costs with those that ship.
package struct PlaybookSet: Sendable {
    /// Playbooks and their rules, without what is switched off.
    package let inForce: [Playbook]
    /// All of them by id, what is switched off and where values come from included.
    package let entries: [PlaybookEntry]
    let phrases: PhraseIndex

    package static let shipped = PlaybookSet(PlaybookPolicy())

    package init(_ policy: PlaybookPolicy) {
        let shipped = Playbooks.all.map { playbook in
            PlaybookEntry(playbook, tunedBy: policy.tunings.first { $0.playbook == playbook.id })
        }
        entries = (shipped + policy.additions.map(PlaybookEntry.init)).sorted { $0.playbook.id < $1.playbook.id }
        inForce = entries.filter(\.isInForce).map { entry in
            var playbook = entry.playbook
            playbook.rules = entry.rules.filter(\.isInForce).map(\.rule)
            return playbook
        }
        phrases = PhraseIndex(inForce.flatMap { $0.signals.flatMap { $0.phrases + $0.unless } })
    }
}

/// A playbook as it stands, and where that comes from.
package struct PlaybookEntry: Sendable {
    /// A value that is not as it ships.
    package struct Change: Sendable, Hashable {
        /// As policies name it: `threshold`.
        package var value: String
        package var shipped: String
        package var location: SourceLocation
    }

    package struct RuleEntry: Sendable {
        package var rule: Playbook.Rule
        package var isInForce: Bool
        package var changes: [Change]
    }

    package var playbook: Playbook
    package var isInForce: Bool
    /// Where a policy adds it; nil for one that ships.
    package var addedAt: SourceLocation?
    /// Changes of the playbook itself; those of its rules are with them.
    package var changes: [Change]
    package var rules: [RuleEntry]
}

extension PlaybookEntry {
    fileprivate init(_ playbook: Playbook, tunedBy tuning: PlaybookTuning?) {
        isInForce = tuning?.isInForce?.value ?? true
        changes = Self.switchedOff(tuning?.isInForce)
        rules = playbook.rules.map { rule in
            RuleEntry(rule, tunedBy: tuning?.rules.first { $0.rule == rule.name })
        }
        self.playbook = playbook
        self.playbook.rules = rules.map(\.rule)
    }

    fileprivate init(_ definition: PlaybookDefinition) {
        playbook = Playbook(definition)
        isInForce = true
        addedAt = definition.location
        changes = []
        rules = playbook.rules.map { RuleEntry(rule: $0, isInForce: true, changes: []) }
    }

    fileprivate static func switchedOff(_ value: PlacedValue<Bool>?) -> [Change] {
        guard let value, !value.value else { return [] }
        return [Change(value: "in_force", shipped: "true", location: value.location)]
    }
}

extension PlaybookEntry.RuleEntry {
    fileprivate init(_ shipped: Playbook.Rule, tunedBy tuning: PlaybookRuleTuning?) {
        var rule = shipped
        var changes = PlaybookEntry.switchedOff(tuning?.isInForce)
        func note(_ name: String, _ location: SourceLocation, _ before: String, _ now: String) {
            if now != before { changes.append(.init(value: name, shipped: before, location: location)) }
        }
        if let threshold = tuning?.threshold {
            note("threshold", threshold.location, "\(shipped.threshold)", "\(threshold.value)")
            rule.threshold = threshold.value
        }
        if let minutes = tuning?.minutes {
            note("minutes", minutes.location, "\(shipped.minutes)", "\(minutes.value)")
            rule.minutes = minutes.value
        }
        if let count = tuning?.afterCount, let after = shipped.after {
            note("after_count", count.location, "\(after.count)", "\(count.value)")
            rule.after = (after.signal, count.value)
        }
        if let word = tuning?.verdict, let verdict = Verdict(name: word.value) {
            note("verdict", word.location, shipped.verdict.word, verdict.word)
            rule.verdict = verdict
        }
        self.init(rule: rule, isInForce: tuning?.isInForce?.value ?? true, changes: changes)
    }
}

extension Verdict {
    /// As policies write it.
    package var word: String { name.lowercased() }
}

extension Playbook {
    /// - Parameter definition: read with `PlaybookWords.triage`, so that its words are triage's.
    fileprivate init(_ definition: PlaybookDefinition) {
        self.init(
            id: definition.id, title: definition.title,
            signals: definition.signals.map { signal in
                Signal(
                    name: signal.name, groups: Set(signal.groups), techniques: signal.techniques,
                    phrases: signal.phrases, findingKinds: Set(signal.findingKinds), unless: signal.unless,
                    atLeast: signal.atLeast.flatMap(AlertSeverity.init(word:)) ?? .informational)
            },
            rules: definition.rules.map { rule in
                Rule(
                    name: rule.name, signal: rule.signal, by: Subject(rawValue: rule.by) ?? .host,
                    threshold: rule.threshold, distinct: rule.distinct.flatMap(Subject.init),
                    after: rule.after.map { (signal: $0.signal, count: $0.count) }, minutes: rule.minutes,
                    verdict: Verdict(name: rule.verdict) ?? .medium, meaning: rule.meaning)
            },
            actions: definition.actions, falsePositives: definition.falsePositives)
    }
}

extension PlaybookWords {
    /// What triage has. No rule comes to `benign`: one that should come to nothing is switched off.
    package static let triage = PlaybookWords(
        playbooks: Dictionary(
            uniqueKeysWithValues: Playbooks.all.map { playbook in
                (
                    playbook.id,
                    playbook.rules.map {
                        Rule(name: $0.name, hasAfter: $0.after != nil, isDistinct: $0.distinct != nil)
                    }
                )
            }),
        verdicts: Verdict.allCases.filter { $0 > .benign }.map(\.word),
        severities: AlertSeverity.allCases.map(\.name), subjects: Playbook.Subject.allCases.map(\.rawValue))
}

extension PlaybookPolicy {
    /// With the playbooks and the words that triage has.
    package init(parsing text: PolicyText) throws(PolicyErrors) { try self.init(parsing: text, words: .triage) }
}
