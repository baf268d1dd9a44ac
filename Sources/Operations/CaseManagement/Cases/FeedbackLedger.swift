internal import SQLite
internal import Triage

/// What analysts said of alerts.
enum FeedbackLedger {
    /// What was said of alerts like one.
    static func history(of likeness: [UInt8], _ connection: Connection) throws(SQLiteError) -> JudgementHistory {
        var history = JudgementHistory()
        // The last 200: what analysts said long ago matters less than what they say.
        try connection.query(
            """
            SELECT label FROM feedback WHERE likeness = ? AND withdrawn_at IS NULL ORDER BY id DESC LIMIT 200
            """, [.blob(likeness)]
        ) { row in
            if row.text(0) == "true_positive" { history.truePositives += 1 } else { history.falsePositives += 1 }
        }
        return history
    }

    /// Hears analysts on a stored alert as they speak now: where they said something of alerts like it, or took it back since it was judged,
    /// its verdict, its confidence and what is shown of them are written anew. Its case is for people to judge, and stays as it is.
    /// - Returns: the verdict that it has now; nil where nothing changed.
    static func hear(
        on alert: Int, likeness: [UInt8], _ changes: StoreChanges
    ) throws(SQLiteError) -> Verdict? {
        // Of most alerts nobody ever said anything; theirs are not read.
        let isSpokenOf = try changes.connection.first(
            "SELECT 1 FROM feedback WHERE likeness = ? LIMIT 1", [.blob(likeness)]
        ) { _ in true }
        guard isSpokenOf == true else { return nil }
        let history = try history(of: likeness, changes.connection)
        return try hear(on: alert, likeness: likeness, history, onlyAgain: false, changes)
    }

    /// The same where it is known what analysts say.
    /// - Parameter onlyAgain: whether an alert that analysts were not heard on before is left as it is.
    static func hear(
        on alert: Int, likeness: [UInt8], _ history: JudgementHistory, onlyAgain: Bool, _ changes: StoreChanges
    ) throws(SQLiteError) -> Verdict? {
        let connection = changes.connection
        let stored = try connection.first(
            "SELECT verdict, triage FROM alerts WHERE id = ?", [.integer(alert)]
        ) { (Verdict(rawValue: $0.integer(0)), TriageDocument($0.text(1))) }
        guard let (verdict, document) = stored, let before = verdict else { return nil }
        guard !onlyAgain || document.unheard != nil, let (heard, text) = document.hearing(history) else { return nil }
        try connection.execute(
            "UPDATE alerts SET verdict = ?, confidence = ?, triage = ? WHERE id = ?",
            [.integer(heard.verdict.rawValue), .real(heard.confidence), .text(text), .integer(alert)])
        if history == JudgementHistory() {
            try connection.execute(
                "DELETE FROM heard_alerts WHERE likeness = ? AND alert = ?", [.blob(likeness), .integer(alert)])
        } else {
            try note(alert, likeness: likeness, changes)
        }
        if heard.verdict != before {
            changes.tally("alerts/verdict/\(before.name)", -1)
            changes.tally("alerts/verdict/\(heard.verdict.name)")
        }
        return heard.verdict
    }

    /// Notes that an alert's verdict has analysts' word in it, so that it is found when they take it back.
    static func note(_ alert: Int, likeness: [UInt8], _ changes: StoreChanges) throws(SQLiteError) {
        try changes.connection.execute(
            "INSERT OR IGNORE INTO heard_alerts VALUES (?, ?)", [.blob(likeness), .integer(alert)])
    }
}
