internal import SQLite
internal import Triage

/// A case as it stands before an alert joins it, or comes again in it.
struct CaseGlance {
    var id: Int
    var state: CaseState
    var severity: AlertSeverity
    var techniques: [String]
    var lastSeen: EventTime

    /// Nil when there is no such case, or it is over.
    static func open(_ id: Int, _ connection: Connection) throws(SQLiteError) -> CaseGlance? {
        let found = try connection.first(
            "SELECT state, severity, techniques, last_seen FROM cases WHERE id = ?", [.integer(id)]
        ) { row in
            CaseGlance(
                id: id, state: CaseState(rawValue: row.text(0)) ?? .closed,
                severity: AlertSeverity(rawValue: row.integer(1)) ?? .low, techniques: StoredText.list(row.text(2)),
                lastSeen: EventTime(milliseconds: row.integer(3)))
        }
        return found.flatMap { $0.state.isOver ? nil : $0 }
    }

    /// Brings the case up to date with an alert: it is never better than what is in it.
    func merge(
        _ result: TriageResult, severity: AlertSeverity, newAlerts: Int, techniques new: [String], at time: EventTime,
        _ changes: StoreChanges
    ) throws(SQLiteError) {
        try changes.connection.execute(
            """
            UPDATE cases SET severity = max(severity, ?), verdict = max(verdict, ?), confidence = max(confidence, ?),
                alerts = alerts + ?, occurrences = occurrences + 1, techniques = ?, first_seen = min(first_seen, ?),
                last_seen = max(last_seen, ?), updated_at = ? WHERE id = ?
            """,
            [
                .integer(severity.rawValue), .integer(result.verdict.rawValue), .real(result.confidence),
                .integer(newAlerts),
                .text(CaseAssignment.document(Array((techniques + new).uniqued().prefix(100)))), time.bound,
                time.bound, changes.now.bound, .integer(id),
            ])
        if severity > self.severity {
            changes.tally("cases/severity/\(self.severity.name)", -1)
            changes.tally("cases/severity/\(severity.name)")
        }
    }
}

/// The same alert once more in its case: the case is told, but neither people nor its entities, unless it matters.
struct CaseRepetition {
    let changes: StoreChanges
    let alert: PreparedAlert
    /// The stored alert.
    let id: Int
    let time: EventTime

    private var connection: Connection { changes.connection }

    /// - Parameter raisedTo: the alert's verdict, where it is worse than before.
    func record(in glance: CaseGlance, raisedTo result: TriageResult?) throws(SQLiteError) {
        if let result {
            try raise(glance, to: result)
        } else {
            try connection.execute(
                """
                UPDATE cases SET occurrences = occurrences + 1, first_seen = min(first_seen, ?),
                    last_seen = max(last_seen, ?), updated_at = ? WHERE id = ?
                """, [time.bound, time.bound, changes.now.bound, .integer(glance.id)])
        }
        // Where an entity was last seen is kept to the minute; a stream that repeats need not write it each time.
        if time.since(glance.lastSeen) > .seconds(60) {
            for keyed in alert.entities {
                try connection.execute(
                    "UPDATE case_entities SET last_seen = max(last_seen, ?), occurrences = occurrences + 1 WHERE entity = ? AND case_id = ?",
                    [time.bound, .integer(keyed.key), .integer(glance.id)])
            }
        }
    }

    private func raise(_ glance: CaseGlance, to result: TriageResult) throws(SQLiteError) {
        let severity = alert.alert.severity
        try glance.merge(
            result, severity: severity, newAlerts: 0, techniques: result.evidentTechniques, at: time, changes)
        let history = CaseHistory(changes: changes)
        try history.note(
            glance.id, actor: CaseHistory.core, "raised",
            "alert \(id) is \(result.verdict.name) now: \(result.reasoning.last ?? "")")
        try history.tell("raised", glance.id, max(severity, glance.severity), alert.alert.title, alert: id)
    }
}
