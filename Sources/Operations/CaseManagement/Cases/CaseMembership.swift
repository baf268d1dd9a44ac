internal import SQLite
internal import Triage

/// Which alerts are in which case, when a person knows better.
struct CaseMembership {
    let changes: StoreChanges
    private var connection: Connection { changes.connection }

    func merge(_ caseID: Int, into target: Int, by actor: String) throws(SQLiteError) {
        try connection.execute(
            "INSERT OR IGNORE INTO case_links SELECT ?, alert, score, parts, linked_at FROM case_links WHERE case_id = ?",
            [.integer(target), .integer(caseID)])
        try connection.execute("UPDATE alerts SET case_id = ? WHERE case_id = ?", [.integer(target), .integer(caseID)])
        try connection.execute(
            """
            INSERT INTO case_entities SELECT entity, ?, kind, value, roles, weight, first_seen, last_seen, occurrences
            FROM case_entities WHERE case_id = ? ON CONFLICT(entity, case_id) DO UPDATE SET
                first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen),
                occurrences = occurrences + excluded.occurrences
            """, [.integer(target), .integer(caseID)])
        try connection.execute("DELETE FROM case_entities WHERE case_id = ?", [.integer(caseID)])
        let techniques = try connection.all(
            "SELECT techniques FROM cases WHERE id IN (?, ?)", [.integer(target), .integer(caseID)]
        ) { StoredText.list($0.text(0)) }
        try refresh(target, techniques: techniques.flatMap { $0 }.uniqued())
        let history = CaseHistory(changes: changes)
        try CaseActions(changes: changes).move(caseID, to: .closed, by: actor, note: "merged into case \(target)")
        try connection.execute("UPDATE cases SET merged_into = ? WHERE id = ?", [.integer(target), .integer(caseID)])
        try history.note(target, actor: actor, "merged", "case \(caseID) was merged into this one")
    }

    func split(_ caseID: Int, alerts: [Int], by actor: String) throws(SQLiteError) -> Int {
        let now = changes.now
        try connection.execute(
            """
            INSERT INTO cases(title, host, state, severity, verdict, confidence, blast, alerts, occurrences, techniques, assignee,
                first_seen, last_seen, opened_at, updated_at, state_since, nudges, refers_to)
            SELECT title, host, 'open', severity, verdict, confidence, 0, 0, 0, '[]', '', first_seen, last_seen, ?, ?, ?, 0, ?
            FROM alerts WHERE id = ?
            """, [now.bound, now.bound, now.bound, .integer(caseID), .integer(alerts[0])])
        let new = connection.lastInsertedID
        let severity = try connection.first("SELECT severity FROM cases WHERE id = ?", [.integer(new)]) {
            AlertSeverity(rawValue: $0.integer(0))?.name ?? "low"
        }
        changes.tally("cases")
        changes.tally("cases/state/open")
        changes.tally("cases/severity/\(severity ?? "low")")
        changes.measure("cases/opened")
        for alert in alerts {
            try connection.execute(
                "UPDATE case_links SET case_id = ? WHERE case_id = ? AND alert = ?",
                [.integer(new), .integer(caseID), .integer(alert)])
            try connection.execute("UPDATE alerts SET case_id = ? WHERE id = ?", [.integer(new), .integer(alert)])
        }
        for id in [caseID, new] {
            try rebuildEntities(of: id)
            try refresh(id, techniques: try techniques(of: id))
        }
        let history = CaseHistory(changes: changes)
        let names = alerts.map(String.init).joined(separator: ", ")
        try history.note(new, actor: actor, "opened", to: .open, "split from case \(caseID) with alerts \(names)")
        try history.note(caseID, actor: actor, "split", "alerts \(names) went to case \(new)")
        return new
    }

    /// The triage document of an alert keeps what the case's rows were made of.
    private func rebuildEntities(of caseID: Int) throws(SQLiteError) {
        try connection.execute("DELETE FROM case_entities WHERE case_id = ?", [.integer(caseID)])
        let alerts = try connection.all(
            "SELECT triage, first_seen, last_seen FROM alerts WHERE case_id = ?", [.integer(caseID)]
        ) { (StoredTriage($0.text(0)), $0.integer(1), $0.integer(2)) }
        for (triage, first, last) in alerts {
            for entity in triage.entities {
                let weight = EntityWeight(of: entity)
                guard weight.value > 0 else { continue }
                try connection.execute(
                    """
                    INSERT INTO case_entities VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT(entity, case_id) DO UPDATE SET
                        first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen),
                        occurrences = occurrences + 1
                    """,
                    [
                        .integer(entity.key), .integer(caseID), .text(entity.kind.rawValue), .text(entity.value),
                        .text(entity.roles.sorted().map(\.rawValue).joined(separator: ",")), .real(weight.value),
                        .integer(first),
                        .integer(last),
                    ])
            }
        }
    }

    private func techniques(of caseID: Int) throws(SQLiteError) -> [String] {
        try connection.all("SELECT triage FROM alerts WHERE case_id = ? ORDER BY id", [.integer(caseID)]) {
            StoredTriage($0.text(0)).chain.flatMap(\.techniques)
        }.flatMap { $0 }.uniqued()
    }

    /// Brings what a case says of its alerts in line with them.
    private func refresh(_ caseID: Int, techniques: [String]) throws(SQLiteError) {
        let before =
            try connection.first("SELECT severity FROM cases WHERE id = ?", [.integer(caseID)]) { $0.integer(0) } ?? 0
        try connection.execute(
            """
            UPDATE cases SET (severity, verdict, confidence, alerts, occurrences, first_seen, last_seen) =
                (SELECT coalesce(max(severity), 0), coalesce(max(verdict), 0), coalesce(max(confidence), 0), count(*),
                    coalesce(sum(occurrences), 0), coalesce(min(first_seen), cases.first_seen), coalesce(max(last_seen), cases.last_seen)
                 FROM alerts WHERE case_id = cases.id),
                techniques = ?, updated_at = ?, blast = 0 WHERE id = ?
            """, [.text(CaseAssignment.document(techniques)), changes.now.bound, .integer(caseID)])
        let after =
            try connection.first("SELECT severity FROM cases WHERE id = ?", [.integer(caseID)]) { $0.integer(0) } ?? 0
        if before != after, let old = AlertSeverity(rawValue: before), let new = AlertSeverity(rawValue: after) {
            changes.tally("cases/severity/\(old.name)", -1)
            changes.tally("cases/severity/\(new.name)")
        }
        let chains = try connection.all("SELECT triage FROM alerts WHERE case_id = ?", [.integer(caseID)]) {
            StoredTriage($0.text(0)).chain.map(\.tactic)
        }
        try CaseActions(changes: changes).updateBlast(of: caseID, tactics: Set(chains.flatMap { $0 }))
    }
}
