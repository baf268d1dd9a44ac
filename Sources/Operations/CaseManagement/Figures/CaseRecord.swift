package import JSON
internal import SQLite
package import Storage
package import Triage

/// A case as it stands.
package struct CaseRecord: Sendable {
    package var id: Int
    package var title: String
    package var host: String
    package var state: CaseState
    package var severity: AlertSeverity
    package var verdict: Verdict
    package var confidence: Double
    package var blast: BlastRadius
    package var alerts: Int
    package var occurrences: Int
    package var techniques: [String]
    package var assignee: String
    package var firstSeen: EventTime
    package var lastSeen: EventTime
    package var openedAt: EventTime
    package var updatedAt: EventTime
    package var stateSince: EventTime
    package var triagedAt: EventTime?
    package var investigatedAt: EventTime?
    package var respondedAt: EventTime?
    package var closedAt: EventTime?
    package var nudges: Int
    package var refersTo: Int?
    package var mergedInto: Int?
}

/// Which cases are asked for; nil is any.
package struct CaseFilter: Sendable, Hashable {
    package var state: CaseState?
    package var severity: AlertSeverity?
    /// Only cases that are not over, and have stood where they stand since then or longer.
    package var stalledSince: EventTime?
    package var before: Int?
    package var limit = 50

    package init() {}
}

/// Why an alert is in its case.
package struct CaseLink: Sendable {
    package var alert: Int
    package var score: Double
    package var parts: JSONValue
    package var linkedAt: EventTime
}

package struct CaseEvent: Sendable {
    package var at: EventTime
    package var actor: String
    package var event: String
    package var from: String?
    package var to: String?
    package var note: String
}

package struct CaseEntity: Sendable {
    package var kind: String
    package var value: String
    package var roles: [String]
    package var weight: Double
    package var firstSeen: EventTime
    package var lastSeen: EventTime
    package var occurrences: Int
}

/// A case with everything that belongs to it.
package struct CaseFile: Sendable {
    package var record: CaseRecord
    package var alerts: [AlertRecord]
    package var links: [CaseLink]
    package var entities: [CaseEntity]
    package var history: [CaseEvent]
    package var tags: [String]
}

extension StoreReader {
    package func caseRecord(_ id: Int) throws(StorageError) -> CaseRecord? {
        try reading { () throws(SQLiteError) in
            try connection.first("SELECT * FROM cases WHERE id = ?", [.integer(id)], Self.caseRecord)
        }
    }

    /// Newest first.
    package func cases(_ filter: CaseFilter) throws(StorageError) -> [CaseRecord] {
        let limit = SQLValue.integer(min(max(filter.limit, 1), Self.pageLimit))
        let before = SQLValue.integer(filter.before ?? Int.max)
        return try reading { () throws(SQLiteError) in
            if let since = filter.stalledSince { return try stalled(since, filter, before, limit) }
            return switch (filter.state, filter.severity) {
            case (let state?, let severity?):
                try connection.all(
                    "SELECT * FROM cases WHERE state = ? AND severity = ? AND id < ? ORDER BY id DESC LIMIT ?",
                    [.text(state.rawValue), .integer(severity.rawValue), before, limit], Self.caseRecord)
            case (let state?, nil):
                try connection.all(
                    "SELECT * FROM cases WHERE state = ? AND id < ? ORDER BY id DESC LIMIT ?",
                    [.text(state.rawValue), before, limit], Self.caseRecord)
            case (nil, let severity?):
                try connection.all(
                    "SELECT * FROM cases WHERE severity = ? AND id < ? ORDER BY id DESC LIMIT ?",
                    [.integer(severity.rawValue), before, limit], Self.caseRecord)
            case (nil, nil):
                try connection.all(
                    "SELECT * FROM cases WHERE id < ? ORDER BY id DESC LIMIT ?", [before, limit], Self.caseRecord)
            }
        }
    }

    /// What waits for somebody: each state is asked of the index by state and time.
    private func stalled(
        _ since: EventTime, _ filter: CaseFilter, _ before: SQLValue, _ limit: SQLValue
    ) throws(SQLiteError) -> [CaseRecord] {
        try connection.all(
            """
            SELECT * FROM cases WHERE state IN ('open', 'triaged', 'correlated', 'investigated', 'planned', 'approved')
                AND state_since <= ?1 AND state <> 'closed' AND state <> 'false_positive' AND state <> 'rejected'
                AND (?2 IS NULL OR state = ?2) AND (?3 IS NULL OR +severity = ?3) AND +id < ?4 ORDER BY id DESC LIMIT ?5
            """,
            [
                since.bound, .optional(filter.state?.rawValue), .optional(filter.severity?.rawValue), before, limit,
            ], Self.caseRecord)
    }

    /// Alerts and history of one case at most.
    private static let partLimit = 5_000

    package func caseFile(_ id: Int) throws(StorageError) -> CaseFile? {
        guard let record = try caseRecord(id) else { return nil }
        let (caseID, limit) = (SQLValue.integer(id), SQLValue.integer(Self.partLimit))
        return try reading { () throws(SQLiteError) in
            CaseFile(
                record: record,
                alerts: try connection.all(
                    "SELECT * FROM alerts WHERE case_id = ? ORDER BY id LIMIT ?", [caseID, limit], Self.alert),
                links: try connection.all(
                    "SELECT alert, score, parts, linked_at FROM case_links WHERE case_id = ? ORDER BY alert LIMIT ?",
                    [caseID, limit]
                ) { row in
                    CaseLink(
                        alert: row.integer(0), score: row.real(1),
                        parts: (try? UntrustedJSON.parse(Array(row.text(2).utf8)).value) ?? .array([]),
                        linkedAt: EventTime(milliseconds: row.integer(3)))
                },
                entities: try connection.all(
                    """
                    SELECT kind, value, roles, weight, first_seen, last_seen, occurrences FROM case_entities WHERE case_id = ?
                    ORDER BY weight DESC, kind, value
                    """, [caseID]
                ) { row in
                    CaseEntity(
                        kind: row.text(0), value: row.text(1),
                        roles: row.text(2).split(separator: ",").map(String.init).uniqued(),
                        weight: row.real(3), firstSeen: EventTime(milliseconds: row.integer(4)),
                        lastSeen: EventTime(milliseconds: row.integer(5)), occurrences: row.integer(6))
                },
                history: try history(of: id),
                tags: try connection.all("SELECT tag FROM case_tags WHERE case_id = ? ORDER BY tag", [caseID]) {
                    $0.text(0)
                })
        }
    }

    /// In the order it happened. Where there is more than a part may have, what alerts alone have done to the case gives way to what people
    /// did and to where it stood: a flood takes nobody's word out of its history.
    private func history(of id: Int) throws(SQLiteError) -> [CaseEvent] {
        try connection.all(
            """
            SELECT at, actor, event, from_state, to_state, note FROM case_history WHERE id IN (
                SELECT id FROM case_history WHERE case_id = ?1 ORDER BY actor = ?2 AND to_state IS NULL, id LIMIT ?3)
            ORDER BY id
            """, [.integer(id), .text(CaseHistory.core), .integer(Self.partLimit)]
        ) { row in
            CaseEvent(
                at: EventTime(milliseconds: row.integer(0)), actor: row.text(1), event: row.text(2),
                from: row.optionalText(3), to: row.optionalText(4), note: row.text(5))
        }
    }

    static func caseRecord(_ row: Row) -> CaseRecord {
        func time(_ column: Int) -> EventTime? { row.optionalInteger(column).map(EventTime.init(milliseconds:)) }
        let none = EventTime(milliseconds: 0)
        return CaseRecord(
            id: row.integer(0), title: row.text(1), host: row.text(2),
            state: CaseState(rawValue: row.text(3)) ?? .closed,
            severity: AlertSeverity(rawValue: row.integer(4)) ?? .low,
            verdict: Verdict(rawValue: row.integer(5)) ?? .benign,
            confidence: row.real(6), blast: BlastRadius(value: row.integer(7)), alerts: row.integer(8),
            occurrences: row.integer(9),
            techniques: StoredText.list(row.text(10)), assignee: row.text(11), firstSeen: time(12) ?? none,
            lastSeen: time(13) ?? none,
            openedAt: time(14) ?? none, updatedAt: time(15) ?? none, stateSince: time(16) ?? none, triagedAt: time(17),
            investigatedAt: time(18), respondedAt: time(19), closedAt: time(20), nudges: row.integer(21),
            refersTo: row.optionalInteger(22), mergedInto: row.optionalInteger(23))
    }
}
