package import JSON
package import Triage

extension JSONWriter {
    package mutating func value(_ record: CaseRecord) {
        object { $0.members(of: record) }
    }

    package mutating func members(of record: CaseRecord) {
        member("case_id", record.id)
        member("title", record.title)
        member("host", record.host)
        member("state", record.state.rawValue)
        member("severity", record.severity.name)
        member("verdict", record.verdict.name)
        member("confidence", rounded: record.confidence)
        member(
            "blast_radius",
            object: {
                $0.member("value", record.blast.value)
                $0.member("level", record.blast.level.rawValue)
            })
        member("alerts", record.alerts)
        member("occurrences", record.occurrences)
        member("techniques", record.techniques)
        member("assignee", record.assignee.isEmpty ? nil : record.assignee)
        member("first_seen", record.firstSeen.description)
        member("last_seen", record.lastSeen.description)
        member("opened_at", record.openedAt.description)
        member("updated_at", record.updatedAt.description)
        member("state_since", record.stateSince.description)
        member("triaged_at", record.triagedAt?.description)
        member("investigated_at", record.investigatedAt?.description)
        member("responded_at", record.respondedAt?.description)
        member("closed_at", record.closedAt?.description)
        member("refers_to", record.refersTo)
        member("merged_into", record.mergedInto)
    }

    /// - Parameter now: what clocks are held against.
    package mutating func value(_ file: CaseFile, now: EventTime, settings: CoreSettings) {
        object { writer in
            writer.members(of: file.record)
            writer.member("tags", file.tags)
            writer.member(
                "sla",
                object: { writer in
                    for clock in file.record.clocks(now: now, settings: settings) {
                        writer.member(
                            clock.name,
                            object: {
                                $0.member("due", clock.due.description)
                                $0.member("state", clock.state)
                            })
                    }
                })
            writer.member(
                "alerts_in_case", array: { writer in for alert in file.alerts { writer.value(alert, full: false) } })
            writer.member("links", array: { writer in for link in file.links { writer.value(link) } })
            writer.member("entities", array: { writer in for entity in file.entities { writer.value(entity) } })
            writer.member("history", array: { writer in for event in file.history { writer.value(event) } })
        }
    }

    mutating func value(_ link: CaseLink) {
        object {
            $0.member("triage_id", link.alert)
            $0.member("score", rounded: link.score)
            $0.member("parts", link.parts)
            $0.member("linked_at", link.linkedAt.description)
        }
    }

    mutating func value(_ entity: CaseEntity) {
        object {
            $0.member("kind", entity.kind)
            $0.member("value", entity.value)
            $0.member("roles", entity.roles)
            $0.member("weight", rounded: entity.weight)
            $0.member("first_seen", entity.firstSeen.description)
            $0.member("last_seen", entity.lastSeen.description)
            $0.member("occurrences", entity.occurrences)
        }
    }

    mutating func value(_ event: CaseEvent) {
        object {
            $0.member("at", event.at.description)
            $0.member("actor", event.actor)
            $0.member("event", event.event)
            $0.member("from", event.from)
            $0.member("to", event.to)
            $0.member("note", event.note)
        }
    }

}

extension CaseRecord {
    package struct TermClock: Sendable, Hashable {
        package var name: String
        package var due: EventTime
        /// `met`, `missed`, `running`, or `overdue`: running and past its time.
        package var state: String
    }

    /// The terms that run for a case from when it was opened.
    package func clocks(now: EventTime, settings: CoreSettings) -> [TermClock] {
        [("triage", settings.triageTerm, triagedAt), ("response", settings.responseTerm, respondedAt)].map {
            name, term, done in
            let due = openedAt.adding(term)
            let state = done.map { $0 <= due ? "met" : "missed" } ?? (now <= due ? "running" : "overdue")
            return TermClock(name: name, due: due, state: state)
        }
    }
}
