package import JSON
internal import SQLite
package import Storage
package import Triage

/// A stored alert.
package struct AlertRecord: Sendable {
    package var id: Int
    package var source: String
    package var sourceID: String
    package var rule: String
    package var title: String
    package var host: String
    package var severity: AlertSeverity
    package var verdict: Verdict
    package var confidence: Double
    package var state: String
    package var firstSeen: EventTime
    package var lastSeen: EventTime
    package var receivedAt: EventTime
    package var occurrences: Int
    package var reopened: Int
    package var caseID: Int?
    package var triage: String
}

/// Which alerts are asked for; nil is any.
package struct AlertFilter: Sendable, Hashable {
    package var severity: AlertSeverity?
    package var caseID: Int?
    /// Those that name this, of whatever kind, without regard to case.
    package var entity: String?
    /// Only ids below this one: where the page before ended.
    package var before: Int?
    package var limit = 50

    package init() {}
}

/// A part of a listing, and where the next one begins.
package struct AlertPage: Sendable {
    package var alerts: [AlertRecord]
    /// What `before` is for the next page; nil when there is none.
    package var next: Int?
}

extension StoreReader {
    package func alert(_ id: Int) throws(StorageError) -> AlertRecord? {
        try reading { () throws(SQLiteError) in
            try connection.first("SELECT * FROM alerts WHERE id = ?", [.integer(id)], Self.alert)
        }
    }

    /// What came in, sanitised.
    package func payload(of alert: Int) throws(StorageError) -> String? {
        try reading { () throws(SQLiteError) in
            try connection.first("SELECT payload FROM alert_payloads WHERE alert = ?", [.integer(alert)]) { $0.text(0) }
        }
    }

    /// Newest first.
    package func alerts(_ filter: AlertFilter) throws(StorageError) -> [AlertRecord] {
        try alertPage(filter).alerts
    }

    /// Newest first, and where the next page begins.
    package func alertPage(_ filter: AlertFilter) throws(StorageError) -> AlertPage {
        if let entity = filter.entity { return try alertPage(naming: entity, filter) }
        let count = min(max(filter.limit, 1), Self.pageLimit)
        let (limit, before) = (SQLValue.integer(count), SQLValue.integer(filter.before ?? Int.max))
        let alerts = try reading { () throws(SQLiteError) in
            if let caseID = filter.caseID {
                return try connection.all(
                    """
                    SELECT * FROM alerts WHERE case_id = ?1 AND id < ?2 AND (?4 IS NULL OR +severity = ?4) ORDER BY id DESC LIMIT ?3
                    """,
                    [.integer(caseID), before, limit, .optional(filter.severity?.rawValue)], Self.alert)
            }
            if let severity = filter.severity {
                return try connection.all(
                    "SELECT * FROM alerts WHERE severity = ? AND id < ? ORDER BY id DESC LIMIT ?",
                    [.integer(severity.rawValue), before, limit], Self.alert)
            }
            return try connection.all(
                "SELECT * FROM alerts WHERE id < ? ORDER BY id DESC LIMIT ?", [before, limit], Self.alert)
        }
        return AlertPage(alerts: alerts, next: alerts.count == count ? alerts.last?.id : nil)
    }

    static func alert(_ row: Row) -> AlertRecord {
        AlertRecord(
            id: row.integer(0), source: row.text(3), sourceID: row.text(4), rule: row.text(5), title: row.text(6),
            host: row.text(7),
            severity: AlertSeverity(rawValue: row.integer(8)) ?? .low,
            verdict: Verdict(rawValue: row.integer(10)) ?? .benign,
            confidence: row.real(9), state: row.text(11), firstSeen: EventTime(milliseconds: row.integer(13)),
            lastSeen: EventTime(milliseconds: row.integer(14)), receivedAt: EventTime(milliseconds: row.integer(15)),
            occurrences: row.integer(16), reopened: row.integer(17), caseID: row.optionalInteger(18),
            triage: row.text(19))
    }
}

extension JSONWriter {
    /// - Parameter full: with the triage; else what a list shows.
    package mutating func value(_ alert: AlertRecord, full: Bool) {
        value(alert, AlertMember.record, triage: full ? StoredTriage(alert.triage).document : nil)
    }

    /// With the triage, and these techniques in it: who asks for more than are kept has them looked up again.
    package mutating func value(_ alert: AlertRecord, techniques: [Examination.MatchedTechnique]) {
        var members = StoredTriage(alert.triage).document.members ?? [:]
        members["matched_techniques"] = .array(techniques.map(\.document))
        value(alert, AlertMember.record, triage: .object(members))
    }
}
