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
    /// Those of cases that have this entity.
    package var entity: String?
    /// Only ids below this one: where the page before ended.
    package var before: Int?
    package var limit = 50

    package init() {}
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
        let limit = SQLValue.integer(min(max(filter.limit, 1), Self.pageLimit))
        let before = SQLValue.integer(filter.before ?? Int.max)
        return try reading { () throws(SQLiteError) in
            if let entity = filter.entity {
                let cases = try casesWithEntity(entity)
                var found: [AlertRecord] = []
                for caseID in cases {
                    found += try connection.all(
                        "SELECT * FROM alerts WHERE case_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
                        [.integer(caseID), before, limit], Self.alert)
                }
                return Array(found.sorted { $0.id > $1.id }.prefix(min(max(filter.limit, 1), Self.pageLimit)))
            }
            if let caseID = filter.caseID {
                return try connection.all(
                    "SELECT * FROM alerts WHERE case_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
                    [.integer(caseID), before, limit], Self.alert)
            }
            if let severity = filter.severity {
                return try connection.all(
                    "SELECT * FROM alerts WHERE severity = ? AND id < ? ORDER BY id DESC LIMIT ?",
                    [.integer(severity.rawValue), before, limit], Self.alert)
            }
            return try connection.all(
                "SELECT * FROM alerts WHERE id < ? ORDER BY id DESC LIMIT ?", [before, limit], Self.alert)
        }
    }

    /// The newest cases that have an entity of this value, of whatever kind.
    func casesWithEntity(_ value: String) throws(SQLiteError) -> [Int] {
        var cases: Set<Int> = []
        for kind in Entity.Kind.allCases {
            let key = Entity(kind: kind, value: kind == .path || kind == .url ? value : value.lowercased()).key
            cases.formUnion(
                try connection.all(
                    "SELECT case_id FROM case_entities WHERE entity = ? ORDER BY case_id DESC LIMIT 50", [.integer(key)]
                ) { $0.integer(0) })
        }
        return cases.sorted(by: >)
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
