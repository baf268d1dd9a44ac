internal import SQLite
internal import Triage

/// What the core does to cases by itself as time goes by.
struct CaseUpkeep {
    let changes: StoreChanges
    /// Cases looked at in one go; the rest are next minute's.
    private static let limit = 500

    /// Where a case that stands still is moved: only through what needs nobody's decision. Plans, approvals and their execution are people's.
    private static let nudges: [CaseState: CaseState] = [
        .open: .triaged, .triaged: .correlated, .correlated: .investigated,
    ]

    /// Where nothing but a person's decision goes on, and people are told that it is missing.
    private static let waiting: [CaseState] = [.planned, .approved]

    func run() throws(SQLiteError) -> [Int] {
        try remind()
        return try close() + nudge()
    }

    /// Tells of cases that wait for a decision: once each time that a case has stood still for that long, so often in one state at most.
    private func remind() throws(SQLiteError) {
        let since = changes.now.adding(.zero - changes.settings.stalledAfter)
        for state in Self.waiting {
            let stalled = try changes.connection.all(
                """
                SELECT id, severity, title, state_since FROM cases WHERE state = ?1 AND state_since <= ?2
                    AND state <> 'closed' AND state <> 'false_positive' AND state <> 'rejected'
                    AND (SELECT count(*) < ?3 AND coalesce(max(at), 0) <= ?2 FROM case_history
                        WHERE case_id = cases.id AND event = 'stalled' AND at >= cases.state_since)
                ORDER BY state_since LIMIT ?4
                """,
                [.text(state.rawValue), since.bound, .integer(changes.settings.nudgeLimit), .integer(Self.limit)]
            ) { ($0.integer(0), $0.integer(1), $0.text(2), EventTime(milliseconds: $0.integer(3))) }
            for (id, severity, title, from) in stalled {
                let minutes = Int(changes.now.since(from) / .seconds(60))
                let history = CaseHistory(changes: changes)
                try history.note(
                    id, actor: CaseHistory.core, "stalled",
                    "\(state.rawValue) for \(minutes) minutes: it waits for a person's decision")
                try history.tell(
                    "stalled", id, AlertSeverity(rawValue: severity) ?? .low,
                    "\(state.rawValue) for \(minutes) minutes, waits for a decision: \(title)", alert: nil)
            }
        }
    }

    private func nudge() throws(SQLiteError) -> [Int] {
        var moved: [Int] = []
        for (state, next) in Self.nudges.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let since = changes.now.adding(.zero - changes.settings.stalledAfter)
            let stalled = try changes.connection.all(
                """
                SELECT id, nudges FROM cases WHERE state = ? AND state_since <= ? AND nudges < ?
                    AND state <> 'closed' AND state <> 'false_positive' AND state <> 'rejected' ORDER BY state_since LIMIT ?
                """,
                [.text(state.rawValue), since.bound, .integer(changes.settings.nudgeLimit), .integer(Self.limit)]
            ) { ($0.integer(0), $0.integer(1)) }
            for (id, nudges) in stalled {
                try changes.connection.execute("UPDATE cases SET nudges = nudges + 1 WHERE id = ?", [.integer(id)])
                try CaseActions(changes: changes).move(
                    id, to: next, by: CaseHistory.core,
                    note:
                        "nobody moved it for \(Int(changes.settings.stalledAfter / .seconds(60))) minutes; moved on \(nudges + 1) of at most \(changes.settings.nudgeLimit) times"
                )
                moved.append(id)
            }
        }
        return moved
    }

    private func close() throws(SQLiteError) -> [Int] {
        let since = changes.now.adding(.zero - changes.settings.closeAfterExecution)
        let done = try changes.connection.all(
            """
            SELECT id FROM cases WHERE state = 'executed' AND state_since <= ?
                AND state <> 'closed' AND state <> 'false_positive' AND state <> 'rejected' ORDER BY state_since LIMIT ?
            """, [since.bound, .integer(Self.limit)]
        ) { $0.integer(0) }
        for id in done {
            try CaseActions(changes: changes).move(
                id, to: .closed, by: CaseHistory.core,
                note: "\(Int(changes.settings.closeAfterExecution / .seconds(60))) minutes after execution")
        }
        return done
    }
}
