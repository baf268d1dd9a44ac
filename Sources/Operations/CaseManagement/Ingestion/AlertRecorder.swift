internal import SQLite
internal import Triage

/// Stores one prepared alert: finds out whether it is known, counts it, joins it to a case or opens one. It runs inside a transaction; all of
/// it is there afterwards or none.
struct AlertRecorder {
    let changes: StoreChanges
    private var connection: Connection { changes.connection }
    private var now: EventTime { changes.now }

    /// An alert that is stored, as far as recording needs it.
    private struct Known {
        var id: Int
        var state: String
        var suppressedUntil: Int?
        var occurrences: Int
        var severity: Int
        var verdict: Verdict
        var caseID: Int?
    }

    func record(_ alert: PreparedAlert) throws(SQLiteError) -> IngestionOutcome {
        if let key = alert.deliveryKey,
            let delivered = try connection.first(
                "SELECT alert FROM alert_keys WHERE key = ?", [.blob(key)], { $0.integer(0) })
        {
            return try outcome(.duplicate, alert: delivered)
        }
        let known = try connection.first(
            """
            SELECT id, state, suppressed_until, occurrences, severity, verdict, case_id FROM alerts WHERE fingerprint = ?
            """, [.blob(alert.fingerprint)]
        ) { row in
            Known(
                id: row.integer(0), state: row.text(1), suppressedUntil: row.optionalInteger(2),
                occurrences: row.integer(3),
                severity: row.integer(4), verdict: Verdict(rawValue: row.integer(5)) ?? .benign,
                caseID: row.optionalInteger(6))
        }
        let id = if let known { try repeated(known, alert) } else { try created(alert) }
        if let key = alert.deliveryKey {
            try connection.execute("INSERT INTO alert_keys VALUES (?, ?)", [.blob(key), .integer(id)])
        }
        return try outcome(known == nil ? .created : .merged, alert: id)
    }

    /// When it happened, by the source's word where that can be: what lies ahead of this clock is now.
    private func time(of alert: PreparedAlert) -> EventTime {
        guard let said = alert.examination.alert.time else { return now }
        return said > now.adding(changes.settings.clockTolerance) ? now : said
    }

    private func outcome(_ status: IngestionOutcome.Status, alert: Int) throws(SQLiteError) -> IngestionOutcome {
        try connection.first("SELECT case_id, verdict, occurrences FROM alerts WHERE id = ?", [.integer(alert)]) {
            row in
            IngestionOutcome(
                status: status, alert: alert, caseID: row.optionalInteger(0),
                verdict: Verdict(rawValue: row.integer(1)),
                occurrences: row.integer(2))
        } ?? IngestionOutcome(status: status, alert: alert)
    }

    /// What triage says with playbooks and analysts heard; nil where they add nothing.
    private func result(
        _ alert: PreparedAlert, at time: EventTime, occurrences: Int
    ) throws(SQLiteError) -> TriageResult? {
        let hits = try alert.examination.alert.playbookHits(
            alert.examination.signals, at: time, counting: StoredSignals(connection: connection))
        let history = try FeedbackLedger.history(of: alert.likeness, connection)
        if hits.isEmpty, history == JudgementHistory(), occurrences == 1 { return nil }
        return TriageResult(alert.examination, hits: hits, history: history, occurrences: occurrences)
    }
}

extension AlertRecorder {
    private func created(_ alert: PreparedAlert) throws(SQLiteError) -> Int {
        let source = alert.examination.alert
        let time = time(of: alert)
        let special = try result(alert, at: time, occurrences: 1)
        let result = special ?? alert.result
        let triage = special.map { PreparedAlert.document($0, source) } ?? alert.triage
        try connection.execute(
            """
            INSERT INTO alerts(fingerprint, likeness, source, alert_id, rule, title, host, severity, confidence, verdict, state,
                first_seen, last_seen, received_at, occurrences, reopened, triage)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0, ?)
            """,
            [
                .blob(alert.fingerprint), .blob(alert.likeness), .text(source.source.rawValue), .text(source.id ?? ""),
                .text(source.rule), .text(source.title), .text(source.host), .integer(source.severity.rawValue),
                .real(result.confidence), .integer(result.verdict.rawValue),
                .text(source.isResolved ? "resolved" : "open"),
                time.bound, time.bound, now.bound, .text(triage),
            ])
        let id = connection.lastInsertedID
        try connection.execute("INSERT INTO alert_payloads VALUES (?, ?)", [.integer(id), .text(alert.payload)])
        changes.tally("alerts")
        changes.tally("alerts/verdict/\(result.verdict.name)")
        changes.tally("alerts/source/\(source.source.rawValue)")
        changes.tally("alerts/severity/\(source.severity.name)")
        changes.measure("alerts/new")
        if !source.isResolved {
            try CaseAssignment(changes: changes, alert: alert, id: id, time: time, result: result).assign(refersTo: nil)
        }
        return id
    }

    private func repeated(_ known: Known, _ alert: PreparedAlert) throws(SQLiteError) -> Int {
        let source = alert.examination.alert
        let time = time(of: alert)
        let special = try result(alert, at: time, occurrences: known.occurrences + 1)
        let isRaised = special.map { $0.verdict > known.verdict } ?? false
        changes.measure("alerts/repeated")
        let isSuppressed = known.state == "suppressed" && (known.suppressedUntil.map { $0 > now.milliseconds } ?? true)
        let caseIsOver = if let caseID = known.caseID { try isOver(caseID) } else { false }
        let comesBack = !source.isResolved && !isSuppressed && (known.state != "open" || caseIsOver)
        let state = source.isResolved ? "resolved" : isSuppressed ? "suppressed" : "open"
        try connection.execute(
            """
            UPDATE alerts SET occurrences = occurrences + 1, first_seen = min(first_seen, ?), last_seen = max(last_seen, ?),
                severity = max(severity, ?), state = ?, suppressed_until = CASE WHEN ? THEN suppressed_until END,
                reopened = reopened + ? WHERE id = ?
            """,
            [
                time.bound, time.bound, .integer(source.severity.rawValue), .text(state),
                .integer(isSuppressed ? 1 : 0),
                .integer(comesBack ? 1 : 0), .integer(known.id),
            ])
        if source.severity.rawValue > known.severity, let before = AlertSeverity(rawValue: known.severity) {
            changes.tally("alerts/severity/\(before.name)", -1)
            changes.tally("alerts/severity/\(source.severity.name)")
        }
        if isRaised, let special { try raise(known, to: special, source) }
        guard !isSuppressed, !source.isResolved else { return known.id }
        let result = special ?? alert.result
        let assignment = CaseAssignment(changes: changes, alert: alert, id: known.id, time: time, result: result)
        if let caseID = known.caseID, !caseIsOver {
            try assignment.repeatIn(caseID, isRaised: isRaised)
        } else {
            try assignment.assign(refersTo: known.caseID)
        }
        return known.id
    }

    private func isOver(_ caseID: Int) throws(SQLiteError) -> Bool {
        try connection.first("SELECT state FROM cases WHERE id = ?", [.integer(caseID)]) {
            CaseState.isOver($0.text(0))
        } ?? true
    }

    private func raise(_ known: Known, to result: TriageResult, _ source: Alert) throws(SQLiteError) {
        try connection.execute(
            "UPDATE alerts SET verdict = ?, confidence = ?, triage = ? WHERE id = ?",
            [
                .integer(result.verdict.rawValue), .real(result.confidence),
                .text(PreparedAlert.document(result, source)),
                .integer(known.id),
            ])
        changes.tally("alerts/verdict/\(known.verdict.name)", -1)
        changes.tally("alerts/verdict/\(result.verdict.name)")
    }
}
