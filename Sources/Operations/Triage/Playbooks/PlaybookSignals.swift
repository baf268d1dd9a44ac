/// What an alert shows of one playbook.
package struct PlaybookSignal: Sendable {
    package var playbook: Playbook
    package var signal: Playbook.Signal

    /// Across all playbooks.
    package var key: String { "\(playbook.id)/\(signal.name)" }
}

/// A rule whose threshold an alert reached.
package struct PlaybookHit: Sendable {
    package var playbook: Playbook
    package var rule: Playbook.Rule
    package var subject: String
    package var count: Int

    package var verdict: Verdict { rule.verdict }

    package var meaning: String {
        rule.meaning.replacing("{count}", with: "\(count)").replacing("{subject}", with: subject)
            .replacing("{minutes}", with: "\(rule.minutes)")
    }
}

/// Where signals are counted. The core counts in its database; whatever counts, the same events in the same order give the same numbers.
package protocol SignalCounting {
    associatedtype Failure: Error

    /// Notes one event, and the value it came with.
    func note(_ signal: String, subject: String, values: [String], at time: EventTime) throws(Failure)
    /// Events of the subject from `time` on.
    func count(_ signal: String, subject: String, since time: EventTime) throws(Failure) -> Int
    /// Different values of the subject from `time` on.
    func distinct(_ signal: String, subject: String, since time: EventTime) throws(Failure) -> Int
}

extension Alert {
    /// The signals of playbooks in force that this alert shows.
    package func playbookSignals(
        techniques: [String], of playbooks: PlaybookSet = .shipped
    ) -> [PlaybookSignal] {
        let found = playbooks.phrases.phrases(in: "\(title)\n\(body.cut(to: 4_000))\n\(rule)")
        let groups = Set(groups)
        return playbooks.inForce.flatMap { playbook in
            playbook.signals.filter { shows($0, phrases: found, groups: groups, techniques: techniques) }.map {
                PlaybookSignal(playbook: playbook, signal: $0)
            }
        }
    }

    private func shows(
        _ signal: Playbook.Signal, phrases: Set<String>, groups: Set<String>, techniques: [String]
    ) -> Bool {
        guard severity >= signal.atLeast else { return false }
        // Most alerts have none of the phrases, and need not be asked for each.
        if !phrases.isEmpty {
            if signal.unless.contains(where: phrases.contains) { return false }
            if signal.phrases.contains(where: phrases.contains) { return true }
        }
        return !signal.groups.isDisjoint(with: groups)
            || (source == .bailey && signal.findingKinds.contains(rule))
            || signal.techniques.contains { wanted in
                techniques.contains { $0 == wanted || ($0.hasPrefix(wanted) && $0.hasPrefix("\(wanted).")) }
            }
    }

    /// What events of this alert are counted by; empty where it has nothing of the kind.
    func subjects(_ subject: Playbook.Subject) -> [String] {
        let found: [String]
        switch subject {
        case .sourceAddress: found = values([.ipv4, .ipv6], role: .source, elseWithout: [.destination, .victim])
        case .destinationAddress: found = values([.ipv4, .ipv6], role: .destination, elseWithout: [.source, .victim])
        case .user: found = entities.filter { $0.kind == .user }.map(\.value)
        case .host: found = host.isEmpty ? [] : [host]
        }
        return Array(found.prefix(4))
    }

    /// Values of the role; where none has it, those whose role is not told.
    private func values(_ kinds: Set<Entity.Kind>, role: Entity.Role, elseWithout others: Set<Entity.Role>) -> [String]
    {
        let all = entities.filter { kinds.contains($0.kind) }
        let exact = all.filter { $0.roles.contains(role) }
        return (exact.isEmpty ? all.filter { $0.roles.isDisjoint(with: others) } : exact).map(\.value)
    }

    /// Counts this alert's signals and tells which rules have reached their thresholds.
    package func playbookHits<Counts: SignalCounting>(
        _ signals: [PlaybookSignal], at time: EventTime, counting counts: Counts
    ) throws(Counts.Failure) -> [PlaybookHit] {
        var hits: [PlaybookHit] = []
        // First all are noted: a rule may look at the signal of another.
        for found in signals {
            for rule in Self.countings(of: found) {
                for subject in subjects(rule.by) {
                    try counts.note(
                        rule.key, subject: subject, values: rule.distinct.map { subjects($0) } ?? [], at: time)
                }
            }
        }
        for found in signals {
            for rule in found.playbook.rules where rule.signal == found.signal.name {
                let start = time.adding(.seconds(-60 * rule.minutes))
                for subject in subjects(rule.by) {
                    if let count = try reached(rule, found.playbook, subject, since: start, counts) {
                        hits.append(PlaybookHit(playbook: found.playbook, rule: rule, subject: subject, count: count))
                    }
                }
            }
        }
        return hits.sorted { ($0.rule.verdict.rawValue, $1.playbook.id) > ($1.rule.verdict.rawValue, $0.playbook.id) }
    }

    private struct Counting: Hashable {
        var key: String
        var by: Playbook.Subject
        var distinct: Playbook.Subject?
    }

    /// Under which keys an event of the signal is noted: once for each way that some rule counts it.
    private static func countings(of found: PlaybookSignal) -> Set<Counting> {
        var countings: Set<Counting> = []
        for rule in found.playbook.rules {
            if rule.signal == found.signal.name {
                countings.insert(Counting(key: rule.key(found.playbook), by: rule.by, distinct: rule.distinct))
            }
            if let after = rule.after, after.signal == found.signal.name {
                countings.insert(
                    Counting(key: rule.keyOfAfter(found.playbook, after.signal), by: rule.by, distinct: nil))
            }
        }
        return countings
    }

    private func reached<Counts: SignalCounting>(
        _ rule: Playbook.Rule, _ playbook: Playbook, _ subject: String, since start: EventTime, _ counts: Counts
    ) throws(Counts.Failure) -> Int? {
        if let after = rule.after {
            let before = try counts.count(rule.keyOfAfter(playbook, after.signal), subject: subject, since: start)
            guard before >= after.count else { return nil }
        }
        let key = rule.key(playbook)
        let count =
            rule.distinct == nil
            ? try counts.count(key, subject: subject, since: start)
            : try counts.distinct(key, subject: subject, since: start)
        return count >= rule.threshold ? count : nil
    }
}

extension Playbook.Rule {
    fileprivate func key(_ playbook: Playbook) -> String {
        "\(playbook.id)/\(signal)/\(by)\(distinct.map { "/\($0)" } ?? "")"
    }

    fileprivate func keyOfAfter(_ playbook: Playbook, _ signal: String) -> String { "\(playbook.id)/\(signal)/\(by)" }
}
