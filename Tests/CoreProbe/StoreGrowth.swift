import SQLite
import Storage

/// Makes a large store out of a small one, by copying its rows: taking a million alerts in would take ten minutes.
///
/// Copies are like alerts that came: what tells an alert apart is new at random, and so are the keys of entities that bind; those that many
/// alerts share (hosts, programs) stay the same. Ids go on where they ended.
struct StoreGrowth {
    let file: DatabaseFile

    init(_ file: DatabaseFile) { self.file = file }

    /// - Returns: how many alerts there are now.
    func multiply(by times: Int) throws -> Int {
        let (connection, _) = try file.open(now: 0)
        func largest(_ text: StaticString) throws -> Int { try connection.first(text) { $0.integer(0) } ?? 0 }
        let alerts = try largest("SELECT max(id) FROM alerts")
        let cases = try largest("SELECT max(id) FROM cases")
        let events = try largest("SELECT max(id) FROM case_history")
        for copy in 1..<max(1, times) {
            let (alert, case_) = (SQLValue.integer(copy * alerts), SQLValue.integer(copy * cases))
            try connection.transaction { () throws(SQLiteError) in
                try copyAlerts(connection, shift: alert, cases: case_, limit: .integer(alerts))
                try copyCases(
                    connection, shift: case_, alerts: alert, events: .integer(copy * events), limit: .integer(cases),
                    lastAlert: .integer(alerts), lastEvent: .integer(events))
            }
        }
        try connection.execute("UPDATE tallies SET count = count * ?", [.integer(max(1, times))])
        return try largest("SELECT count(*) FROM alerts")
    }

    private func copyAlerts(_ connection: Connection, shift: SQLValue, cases: SQLValue, limit: SQLValue)
        throws(SQLiteError)
    {
        try connection.execute(
            """
            INSERT INTO alerts SELECT id + ?, randomblob(16), likeness, source, alert_id, rule, title, host, severity, confidence,
                verdict, state, suppressed_until, first_seen, last_seen, received_at, occurrences, reopened, case_id + ?, triage
            FROM alerts WHERE id <= ?
            """, [shift, cases, limit])
        try connection.execute(
            "INSERT INTO alert_payloads SELECT alert + ?, payload FROM alert_payloads WHERE alert <= ?", [shift, limit])
        try connection.execute(
            "INSERT INTO alert_entities SELECT alert + ?, tags FROM alert_entities WHERE alert <= ?", [shift, limit])
        try connection.execute(
            "INSERT INTO alert_keys SELECT randomblob(16), alert + ? FROM alert_keys WHERE alert <= ?", [shift, limit])
    }

    private func copyCases(
        _ connection: Connection, shift: SQLValue, alerts: SQLValue, events: SQLValue, limit: SQLValue,
        lastAlert: SQLValue, lastEvent: SQLValue
    ) throws(SQLiteError) {
        try connection.execute(
            """
            INSERT INTO cases SELECT id + ?, title, host, state, severity, verdict, confidence, blast, alerts, occurrences, techniques,
                assignee, first_seen, last_seen, opened_at, updated_at, state_since, triaged_at, investigated_at, responded_at,
                closed_at, nudges, refers_to, merged_into
            FROM cases WHERE id <= ?
            """, [shift, limit])
        try connection.execute(
            """
            INSERT INTO case_entities SELECT CASE WHEN weight >= 0.5 THEN abs(random()) ELSE entity END, case_id + ?, kind, value,
                roles, weight, first_seen, last_seen, occurrences
            FROM case_entities WHERE case_id <= ?
            """, [shift, limit])
        try connection.execute(
            """
            INSERT INTO case_links SELECT case_id + ?, alert + ?, score, parts, linked_at FROM case_links
            WHERE case_id <= ? AND alert <= ?
            """, [shift, alerts, limit, lastAlert])
        try connection.execute(
            """
            INSERT INTO case_history SELECT id + ?, case_id + ?, at, actor, event, from_state, to_state, note FROM case_history
            WHERE id <= ? AND case_id <= ?
            """, [events, shift, lastEvent, limit])
    }
}
