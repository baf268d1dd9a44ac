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
}
