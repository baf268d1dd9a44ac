internal import SQLite
internal import Triage

/// Stores one prepared alert: finds out whether it is known, counts it, joins it to a case or opens one. It runs inside a transaction; all of
/// it is there afterwards or none.
///
/// Most alerts repeat. Of one that does, only what changed is written: it is counted, here and in its case. Its verdict stands, unless
/// something speaks for a worse one, or analysts spoke since.
struct AlertRecorder {
    let changes: StoreChanges
    /// Who sent it; nil where nobody did.
    let sender: String?
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
        /// How often it came back after it was gone.
        var reopened: Int

        /// It is gone, or nothing looks for it.
        var hasLeft: Bool { Alert.Standing(rawValue: state).map { $0 != .open } ?? false }

        func isSuppressed(at now: EventTime) -> Bool {
            switch state {
            case "suppressed": suppressedUntil.map { $0 > now.milliseconds } ?? true
            case Alert.Standing.unchecked.rawValue: suppressedUntil.map { $0 > now.milliseconds } ?? false
            default: false
            }
        }
    }

    /// How often a case tells of one alert that it is gone or back: a source that goes to and fro does not fill its history.
    private static let returnLimit = 20

    func record(_ alert: PreparedAlert) throws(SQLiteError) -> IngestionOutcome {
        if let key = alert.deliveryKey,
            let delivered = try connection.first(
                "SELECT alert FROM alert_keys WHERE key = ?", [.blob(key)], { $0.integer(0) })
        {
            return try duplicate(delivered)
        }
        let known = try connection.first(
            """
            SELECT id, state, suppressed_until, occurrences, severity, verdict, case_id, reopened
            FROM alerts WHERE fingerprint = ?
            """, [.blob(alert.fingerprint.bytes)]
        ) { row in
            Known(
                id: row.integer(0), state: row.text(1), suppressedUntil: row.optionalInteger(2),
                occurrences: row.integer(3),
                severity: row.integer(4), verdict: Verdict(rawValue: row.integer(5)) ?? .benign,
                caseID: row.optionalInteger(6), reopened: row.integer(7))
        }
        let outcome = if let known { try repeated(known, alert) } else { try created(alert) }
        if let key = alert.deliveryKey, let id = outcome.alert {
            try connection.execute("INSERT INTO alert_keys VALUES (?, ?)", [.blob(key), .integer(id)])
        }
        return outcome
    }

    /// When it happened, by the source's word where that can be: what lies ahead of this clock is now.
    private func time(of alert: PreparedAlert) -> EventTime {
        guard let said = alert.alert.time else { return now }
        return said > now.adding(changes.settings.clockTolerance) ? now : said
    }

    private func duplicate(_ alert: Int) throws(SQLiteError) -> IngestionOutcome {
        try connection.first("SELECT case_id, verdict, occurrences FROM alerts WHERE id = ?", [.integer(alert)]) {
            row in
            IngestionOutcome(
                status: .duplicate, alert: alert, caseID: row.optionalInteger(0),
                verdict: Verdict(rawValue: row.integer(1)),
                occurrences: row.integer(2))
        } ?? IngestionOutcome(status: .duplicate, alert: alert)
    }

    private func hits(_ alert: PreparedAlert, at time: EventTime) throws(SQLiteError) -> [PlaybookHit] {
        try alert.alert.playbookHits(alert.signals, at: time, counting: StoredSignals(connection: connection))
    }
}

extension AlertRecorder {
    private func created(_ alert: PreparedAlert) throws(SQLiteError) -> IngestionOutcome {
        let source = alert.alert
        let time = time(of: alert)
        let judged = alert.judged(
            hits: try hits(alert, at: time), history: try FeedbackLedger.history(of: alert.likeness, connection),
            occurrences: 1)
        let result = judged.result
        let id = try nextID()
        // Its case is known before it is stored, so that it is written once.
        var caseID: Int?
        if source.standing == .open {
            caseID = try CaseAssignment(changes: changes, alert: alert, id: id, time: time, result: result)
                .assign(refersTo: nil)
        }
        try connection.execute(
            """
            INSERT INTO alerts(id, fingerprint, likeness, source, alert_id, rule, title, host, severity, confidence, verdict, state,
                first_seen, last_seen, received_at, occurrences, reopened, case_id, triage)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0, ?, ?)
            """,
            [
                .integer(id), .blob(alert.fingerprint.bytes), .blob(alert.likeness), .text(source.source.rawValue),
                .text(source.id ?? ""),
                .text(source.rule), .text(source.title), .text(source.host), .integer(source.severity.rawValue),
                .real(result.confidence), .integer(result.verdict.rawValue),
                .text(source.standing.rawValue),
                time.bound, time.bound, now.bound, .optional(caseID), .text(judged.document),
            ])
        try connection.execute("INSERT INTO alert_payloads VALUES (?, ?)", [.integer(id), .text(alert.payload)])
        try connection.execute("INSERT INTO alert_entities VALUES (?, ?)", [.integer(id), .blob(alert.tags)])
        if result.unheard != nil { try FeedbackLedger.note(id, likeness: alert.likeness, changes) }
        changes.tally("alerts")
        changes.tally("alerts/verdict/\(result.verdict.name)")
        changes.tally("alerts/source/\(source.source.rawValue)")
        changes.tally("alerts/severity/\(source.severity.name)")
        changes.measure("alerts/new")
        return IngestionOutcome(status: .created, alert: id, caseID: caseID, verdict: result.verdict, occurrences: 1)
    }

    /// The id that SQLite would give the next alert.
    private func nextID() throws(SQLiteError) -> Int {
        1 + (try connection.first("SELECT max(id) FROM alerts") { $0.integer(0) } ?? 0)
    }

    private func repeated(_ known: Known, _ alert: PreparedAlert) throws(SQLiteError) -> IngestionOutcome {
        let source = alert.alert
        let time = time(of: alert)
        changes.measure("alerts/repeated")
        let added = try LaterNames(changes: changes, alert: alert, id: known.id).record()
        if source.standing != .open { return try left(known, alert, added) }
        let judged = try judgedAnew(known, alert, at: time)
        var outcome = IngestionOutcome(
            status: .merged, alert: known.id, caseID: known.caseID, verdict: known.verdict,
            occurrences: known.occurrences + 1)
        let isSuppressed = known.isSuppressed(at: now)
        let openCase = if let id = known.caseID { try CaseGlance.open(id, connection) } else { CaseGlance?.none }
        let caseIsOver = known.caseID != nil && openCase == nil
        let comesBack = !isSuppressed && (known.state != "open" || caseIsOver)
        let state = isSuppressed ? "suppressed" : "open"
        try count(known, source, at: time, state: state, comesBack: comesBack, isSuppressed: isSuppressed)
        if let openCase, known.hasLeft, !isSuppressed {
            try tell(openCase.id, "returned", "alert \(known.id) is back: \(source.title)", of: known)
        }
        let isRaised = judged.map { $0.result.verdict > known.verdict } ?? false
        if isRaised, let judged {
            try raise(known, alert, to: judged)
            outcome.verdict = judged.result.verdict
        } else if let heard = try FeedbackLedger.hear(on: known.id, likeness: alert.likeness, changes) {
            outcome.verdict = heard
        }
        if let openCase {
            if !isSuppressed {
                try CaseRepetition(changes: changes, alert: alert, id: known.id, time: time)
                    .record(
                        in: openCase,
                        raisedTo: isRaised || source.severity.rawValue > known.severity ? judged?.result : nil)
            }
            try added?.tell(openCase, at: time)
        } else if !isSuppressed {
            let judgement = if let judged { judged } else { try self.judged(known, alert, hits: []) }
            let assignment = CaseAssignment(
                changes: changes, alert: alert, id: known.id, time: time, result: judgement.result)
            if let caseID = try assignment.assign(refersTo: known.caseID) {
                outcome.caseID = caseID
                try connection.execute(
                    "UPDATE alerts SET case_id = ? WHERE id = ?", [.integer(caseID), .integer(known.id)])
            }
        }
        return outcome
    }

    /// Its source says that it is gone, or that nothing looks for it any more: that is no time more that it came, and its case is for people
    /// to close. What was seen to be gone stays so when nothing looks for it; what nothing looks for keeps its suppression.
    private func left(
        _ known: Known, _ alert: PreparedAlert, _ added: LaterNames.Added?
    ) throws(SQLiteError) -> IngestionOutcome {
        let source = alert.alert
        if let added, let id = known.caseID, let openCase = try CaseGlance.open(id, connection) {
            try added.tell(openCase, at: time(of: alert))
        }
        let isGone = source.standing == .resolved
        if isGone ? known.state != Alert.Standing.resolved.rawValue : !known.hasLeft {
            try connection.execute(
                "UPDATE alerts SET state = ?, suppressed_until = CASE WHEN ? THEN NULL ELSE suppressed_until END WHERE id = ?",
                [.text(source.standing.rawValue), .integer(isGone ? 1 : 0), .integer(known.id)])
            if let id = known.caseID, try CaseGlance.open(id, connection) != nil {
                let what = isGone ? "is gone" : "is no longer looked for, and not known to be gone"
                try tell(id, source.standing.rawValue, "alert \(known.id) \(what): \(source.title)", of: known)
            }
        }
        return IngestionOutcome(
            status: .merged, alert: known.id, caseID: known.caseID, verdict: known.verdict,
            occurrences: known.occurrences)
    }

    private func tell(_ caseID: Int, _ event: String, _ text: String, of known: Known) throws(SQLiteError) {
        guard known.reopened < Self.returnLimit else { return }
        let source = sender.map { "; sent by \($0)" } ?? ""
        try CaseHistory(changes: changes).note(caseID, actor: CaseHistory.core, event, text + source)
    }

    /// What it comes to now, where that may be worse than before: a rule's threshold is reached, its source calls it worse or says more of
    /// it. Nil where nothing of the kind happened.
    private func judgedAnew(
        _ known: Known, _ alert: PreparedAlert, at time: EventTime
    ) throws(SQLiteError) -> PreparedAlert.Judged? {
        let hits = try hits(alert, at: time)
        let isWorse = hits.contains { $0.verdict > known.verdict } || alert.alert.severity.rawValue > known.severity
        guard isWorse || !alert.alert.observations.isEmpty else { return nil }
        return try judged(known, alert, hits: hits)
    }

    private func judged(
        _ known: Known, _ alert: PreparedAlert, hits: [PlaybookHit]
    ) throws(SQLiteError) -> PreparedAlert.Judged {
        alert.judged(
            hits: hits, history: try FeedbackLedger.history(of: alert.likeness, connection),
            occurrences: known.occurrences + 1)
    }

    private func count(
        _ known: Known, _ source: Alert, at time: EventTime, state: String, comesBack: Bool, isSuppressed: Bool
    ) throws(SQLiteError) {
        // The indexes have the severity; a statement that names it writes them anew, changed or not.
        if state == known.state, !comesBack, source.severity.rawValue <= known.severity {
            try connection.execute(
                """
                UPDATE alerts SET occurrences = occurrences + 1, first_seen = min(first_seen, ?), last_seen = max(last_seen, ?)
                WHERE id = ?
                """, [time.bound, time.bound, .integer(known.id)])
            return
        }
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
    }

    private func raise(_ known: Known, _ alert: PreparedAlert, to judged: PreparedAlert.Judged) throws(SQLiteError) {
        let result = judged.result
        let document = try LaterNames(changes: changes, alert: alert, id: known.id).keeping(judged.document)
        try connection.execute(
            "UPDATE alerts SET verdict = ?, confidence = ?, triage = ? WHERE id = ?",
            [
                .integer(result.verdict.rawValue), .real(result.confidence), .text(document),
                .integer(known.id),
            ])
        if result.unheard != nil { try FeedbackLedger.note(known.id, likeness: alert.likeness, changes) }
        changes.tally("alerts/verdict/\(known.verdict.name)", -1)
        changes.tally("alerts/verdict/\(result.verdict.name)")
    }
}
