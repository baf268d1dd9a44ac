package import JSON
package import Triage

/// What happened in a case, in the order of time: events by their sources' clocks, and what was done about them.
package struct Timeline: Sendable {
    package struct Entry: Sendable, Hashable {
        package var at: EventTime
        /// `alert`, `repeats` or what the history calls it.
        package var kind: String
        package var actor: String
        package var text: String
    }

    package var entries: [Entry]

    package init(_ file: CaseFile) {
        var entries: [Entry] = []
        for alert in file.alerts {
            entries.append(
                Entry(
                    at: alert.firstSeen, kind: "alert", actor: alert.source,
                    text: "\(alert.title) (alert \(alert.id), \(alert.verdict.name))"))
            if alert.occurrences > 1 {
                entries.append(
                    Entry(
                        at: alert.lastSeen, kind: "repeats", actor: alert.source,
                        text: "\(alert.title) (alert \(alert.id)), \(alert.occurrences) times so far"))
            }
        }
        for event in file.history {
            let states = event.to.map { to in event.from.map { "\($0) → \(to)" } ?? to }
            entries.append(
                Entry(
                    at: event.at, kind: event.event, actor: event.actor,
                    text: [states, event.note].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")))
        }
        // Of what happened at the same time, alerts come first: what was done about them came after.
        self.entries = entries.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(
            \.element)
    }
}

extension JSONWriter {
    package mutating func value(_ entry: Timeline.Entry) {
        object {
            $0.member("at", entry.at.description)
            $0.member("kind", entry.kind)
            $0.member("actor", entry.actor)
            $0.member("text", entry.text)
        }
    }
}
