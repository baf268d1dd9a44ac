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
        let connection = changes.connection
        // Of most alerts nobody ever said anything; theirs are not read.
        let isSpokenOf = try connection.first(
            "SELECT 1 FROM feedback WHERE likeness = ? LIMIT 1", [.blob(likeness)]
        ) { _ in true }
        guard isSpokenOf == true,
            let stored = try connection.first(
                "SELECT verdict, triage FROM alerts WHERE id = ?", [.integer(alert)], { ($0.integer(0), $0.text(1)) }),
            let before = Verdict(rawValue: stored.0),
            let (heard, text) = TriageDocument(stored.1).hearing(try history(of: likeness, connection))
        else { return nil }
        try connection.execute(
            "UPDATE alerts SET verdict = ?, confidence = ?, triage = ? WHERE id = ?",
            [.integer(heard.verdict.rawValue), .real(heard.confidence), .text(text), .integer(alert)])
        if heard.verdict != before {
            changes.tally("alerts/verdict/\(before.name)", -1)
            changes.tally("alerts/verdict/\(heard.verdict.name)")
        }
        return heard.verdict
    }
}
