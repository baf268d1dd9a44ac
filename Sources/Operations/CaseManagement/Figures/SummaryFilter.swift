internal import SQLite
package import Storage
package import Triage

/// Which summaries are asked for; nil is any.
package struct SummaryFilter: Sendable, Hashable {
    package var verdict: Verdict?
    package var severity: AlertSeverity?
    /// `open`, `resolved`, `suppressed`, `unchecked`.
    package var state: String?
    package var source: String?
    /// In lower case.
    package var host: String?
    package var since: EventTime?
    /// Exclusive.
    package var until: EventTime?
    /// Only ids below this one: where the page before ended.
    package var before: Int?
    package var limit = 50

    package init() {}
}

extension StoreReader {
    /// The most alerts that one page looks at: what few alerts have is searched for page by page, each of the same cost.
    package static let scanLimit = 10_000

    /// Newest first.
    package func summaries(_ filter: SummaryFilter) throws(StorageError) -> AlertPage {
        let limit = min(max(filter.limit, 1), Self.pageLimit)
        let before = filter.before ?? Int.max
        return try reading { () throws(SQLiteError) in
            // The lowest id that this page may look at: found in the index, whatever the alerts are.
            let lowest = try connection.first(
                "SELECT id FROM alerts WHERE id < ? ORDER BY id DESC LIMIT 1 OFFSET ?",
                [.integer(before), .integer(Self.scanLimit - 1)], { $0.integer(0) })
            // The sign keeps SQLite from the index by severity, which would look at alerts outside the page.
            let alerts = try connection.all(
                """
                SELECT * FROM alerts WHERE id < ?1 AND id >= ?2 AND (?4 IS NULL OR +severity = ?4) AND (?5 IS NULL OR verdict = ?5)
                    AND (?6 IS NULL OR state = ?6) AND (?7 IS NULL OR source = ?7) AND (?8 IS NULL OR host = ?8)
                    AND (?9 IS NULL OR last_seen >= ?9) AND (?10 IS NULL OR last_seen < ?10) ORDER BY id DESC LIMIT ?3
                """,
                [
                    .integer(before), .integer(lowest ?? 0), .integer(limit), .optional(filter.severity?.rawValue),
                    .optional(filter.verdict?.rawValue), .optional(filter.state), .optional(filter.source),
                    .optional(filter.host), filter.since?.bound ?? .null, filter.until?.bound ?? .null,
                ], Self.alert)
            let last = alerts.count == limit ? alerts.last?.id : lowest
            return AlertPage(alerts: alerts, next: last.flatMap { $0 > 1 ? $0 : nil })
        }
    }
}
