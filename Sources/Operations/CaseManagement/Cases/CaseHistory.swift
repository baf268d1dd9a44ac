internal import SQLite
internal import Triage

/// What happened to a case, who did it, and what people are to be told of it.
struct CaseHistory {
    /// Who acted where nobody did.
    static let core = "bailey-core"
    /// Notices that wait to be sent; older ones go, for a core without anybody to tell is not to fill its disk.
    private static let noticeLimit = 100_000

    let changes: StoreChanges

    func note(
        _ caseID: Int, actor: String, _ event: String, from: CaseState? = nil, to: CaseState? = nil, _ note: String
    ) throws(SQLiteError) {
        try changes.connection.execute(
            "INSERT INTO case_history(case_id, at, actor, event, from_state, to_state, note) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                .integer(caseID), changes.now.bound, .text(actor), .text(event), .optional(from?.rawValue),
                .optional(to?.rawValue),
                .text(note),
            ])
    }

    /// - Parameter alert: the stored alert that is the reason; nil where none is.
    func tell(
        _ event: String, _ caseID: Int, _ severity: AlertSeverity, _ text: String, alert: Int?
    ) throws(SQLiteError) {
        try changes.connection.execute(
            "INSERT INTO notices(at, event, case_id, severity, text, alert) VALUES (?, ?, ?, ?, ?, ?)",
            [
                changes.now.bound, .text(event), .integer(caseID), .integer(severity.rawValue), .text(text),
                .optional(alert),
            ])
        let id = changes.connection.lastInsertedID
        if id % 1_000 == 0 {
            try changes.connection.execute("DELETE FROM notices WHERE id <= ?", [.integer(id - Self.noticeLimit)])
        }
    }
}
