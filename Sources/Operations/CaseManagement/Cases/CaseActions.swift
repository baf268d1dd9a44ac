internal import SQLite
internal import Triage

/// What is done to a case, by people and by the core: each a change of the store with its entry in the history.
struct CaseActions {
    let changes: StoreChanges
    private var connection: Connection { changes.connection }
    private var now: EventTime { changes.now }

    /// What clocks and counts look at.
    private struct Clock {
        var state: CaseState
        var openedAt: EventTime
        var triagedAt: Int?
        var respondedAt: Int?
    }

    private func clock(_ caseID: Int) throws(SQLiteError) -> Clock? {
        try connection.first(
            "SELECT state, opened_at, triaged_at, responded_at FROM cases WHERE id = ?", [.integer(caseID)]
        ) { row in
            Clock(
                state: CaseState(rawValue: row.text(0)) ?? .closed, openedAt: EventTime(milliseconds: row.integer(1)),
                triagedAt: row.optionalInteger(2), respondedAt: row.optionalInteger(3))
        }
    }

    /// Moves a case on. Whether it may is asked before: see `CaseState.permits`.
    /// - Returns: whether the case is there.
    @discardableResult
    func move(_ caseID: Int, to state: CaseState, by actor: String, note: String) throws(SQLiteError) -> Bool {
        guard let clock = try clock(caseID) else { return false }
        try connection.execute(
            "UPDATE cases SET state = ?, state_since = ?, updated_at = ? WHERE id = ?",
            [.text(state.rawValue), now.bound, now.bound, .integer(caseID)])
        changes.tally("cases/state/\(clock.state.rawValue)", -1)
        changes.tally("cases/state/\(state.rawValue)")
        try CaseHistory(changes: changes).note(caseID, actor: actor, "state", from: clock.state, to: state, note)
        try stopClocks(caseID, clock, state)
        if state.isOver {
            // What comes back after this opens again, and a case of its own.
            try connection.execute(
                "UPDATE alerts SET state = 'resolved' WHERE case_id = ? AND state = 'open'", [.integer(caseID)])
        }
        return true
    }

    private func stopClocks(_ caseID: Int, _ clock: Clock, _ state: CaseState) throws(SQLiteError) {
        let seconds = now.since(clock.openedAt) / .seconds(1)
        switch state {
        case .triaged where clock.triagedAt == nil:
            try connection.execute("UPDATE cases SET triaged_at = ? WHERE id = ?", [now.bound, .integer(caseID)])
            changes.measure("triage", seconds: seconds)
            changes.measure(
                seconds <= changes.settings.triageTerm / .seconds(1) ? "sla/triage/met" : "sla/triage/missed")
        case .investigated:
            try connection.execute("UPDATE cases SET investigated_at = ? WHERE id = ?", [now.bound, .integer(caseID)])
            changes.measure("investigate", seconds: seconds)
        case .executed:
            try respond(caseID, clock, seconds)
        case .closed, .falsePositive:
            if clock.respondedAt == nil { try respond(caseID, clock, seconds) }
            try connection.execute("UPDATE cases SET closed_at = ? WHERE id = ?", [now.bound, .integer(caseID)])
            changes.measure("close", seconds: seconds)
            changes.measure(state == .closed ? "cases/closed" : "cases/false_positive")
        case .open, .triaged, .correlated, .planned, .approved, .rejected: break
        }
    }

    private func respond(_ caseID: Int, _ clock: Clock, _ seconds: Double) throws(SQLiteError) {
        try connection.execute("UPDATE cases SET responded_at = ? WHERE id = ?", [now.bound, .integer(caseID)])
        changes.measure("respond", seconds: seconds)
        changes.measure(
            seconds <= changes.settings.responseTerm / .seconds(1) ? "sla/response/met" : "sla/response/missed")
    }

    /// Works out anew how far a case reaches.
    /// - Parameter tactics: those that are known of what was just added.
    func updateBlast(of caseID: Int, tactics: Set<String>) throws(SQLiteError) {
        let entities = try connection.all(
            "SELECT kind, weight, count(*) FROM case_entities WHERE case_id = ? GROUP BY 1, 2", [.integer(caseID)]
        ) { (kind: $0.text(0), weight: $0.real(1), count: $0.integer(2)) }
        let severity = try connection.first("SELECT severity FROM cases WHERE id = ?", [.integer(caseID)]) {
            AlertSeverity(rawValue: $0.integer(0)) ?? .low
        }
        let blast = BlastRadius(of: entities, severity: severity ?? .low, tactics: tactics)
        try connection.execute(
            "UPDATE cases SET blast = max(blast, ?) WHERE id = ?", [.integer(blast.value), .integer(caseID)])
    }
}
