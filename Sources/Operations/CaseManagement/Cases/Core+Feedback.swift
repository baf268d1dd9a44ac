internal import SQLite
internal import Storage
package import Triage

/// What an analyst says of a verdict.
package enum FeedbackLabel: String, Sendable, CaseIterable {
    case truePositive = "true_positive"
    case falsePositive = "false_positive"
}

extension Core {
    /// Keeps what an analyst says of an alert. The alert is judged anew with that in mind, and so is each one like it when it next comes.
    /// - Parameters:
    ///   - alert: the triage id.
    ///   - corrected: the verdict it should have had; nil where only right or wrong is said.
    ///   - techniques: what it really was, by ids of the catalogue.
    /// - Returns: the id to withdraw it by.
    package func giveFeedback(
        on alert: Int, _ label: FeedbackLabel, corrected: Verdict? = nil, techniques: [String] = [], note: String = "",
        by analyst: String
    ) throws(CaseError) -> Int {
        let (analyst, note) = (try Self.name(analyst), try Self.note(note))
        guard techniques.count <= 32 else { throw .invalid("at most 32 technique ids") }
        let techniques = try techniques.map { (id) throws(CaseError) in try known(id) }.uniqued()
        return try result { (changes) throws(SQLiteError) in
            let found = try changes.connection.first(
                "SELECT likeness, verdict, case_id FROM alerts WHERE id = ?", [.integer(alert)]
            ) { ($0.blob(0), $0.integer(1), $0.optionalInteger(2)) }
            guard let (likeness, verdict, caseID) = found else { return .failure(.noAlert(alert)) }
            // One analyst, one word: who thinks otherwise now withdraws the one from before.
            if let standing = try changes.connection.first(
                "SELECT id FROM feedback WHERE alert = ? AND analyst = ? AND withdrawn_at IS NULL",
                [.integer(alert), .text(analyst)], { $0.integer(0) })
            {
                return .failure(
                    .exists("\(analyst) has given feedback \(standing) on alert \(alert) already: withdraw it first"))
            }
            try changes.connection.execute(
                """
                INSERT INTO feedback(alert, likeness, analyst, label, verdict, corrected, techniques, note, at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .integer(alert), .blob(likeness), .text(analyst), .text(label.rawValue), .integer(verdict),
                    .optional(corrected?.rawValue), .text(CaseAssignment.document(techniques)), .text(note),
                    changes.now.bound,
                ])
            let id = changes.connection.lastInsertedID
            _ = try FeedbackLedger.hear(on: alert, likeness: likeness, changes)
            changes.measure("feedback/\(label.rawValue)")
            if let caseID {
                try CaseHistory(changes: changes).note(
                    caseID, actor: analyst, "feedback", "alert \(alert): \(label.rawValue)")
            }
            return .success(id)
        }
    }

    /// The id that a technique has now. What analysts say goes into the labelled set, and no id goes out that is not in the catalogue.
    private func known(_ id: String) throws(CaseError) -> String {
        guard let technique = catalogue.technique(id) else {
            throw .invalid("\(id.prefix(20)) is no technique of the ATT&CK catalogue")
        }
        return technique.id
    }

    /// Takes feedback back: the alert that it was about, and those like it that were judged with it in mind, are judged anew as if it had
    /// never been given. Their cases are for people to judge, and stay as they are. The newest come first, in changes of
    /// `Rejudgement.stepLimit` alerts each; what is left after `rejudgedAtOnce` is upkeep's, after any end of the program too.
    @discardableResult
    package func withdrawFeedback(_ id: Int, by analyst: String) throws(CaseError) -> FeedbackWithdrawal {
        let analyst = try Self.name(analyst)
        let started = try result { (changes) throws(SQLiteError) -> Result<Started, CaseError> in
            try changes.connection.execute(
                "UPDATE feedback SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL",
                [changes.now.bound, .integer(id)])
            guard changes.connection.changes > 0,
                let (alert, likeness, caseID) = try changes.connection.first(
                    """
                    SELECT alert, feedback.likeness, case_id FROM feedback JOIN alerts ON alerts.id = alert WHERE feedback.id = ?
                    """, [.integer(id)], { ($0.integer(0), $0.blob(1), $0.optionalInteger(2)) })
            else { return .failure(.noFeedback(id)) }
            if let caseID {
                try CaseHistory(changes: changes).note(
                    caseID, actor: analyst, "feedback", "alert \(alert): feedback \(id) withdrawn")
            }
            let left = try Rejudgement(changes: changes, likeness: likeness).begin()
            let heard = try FeedbackLedger.hear(on: alert, likeness: likeness, changes)
            return .success((likeness, FeedbackWithdrawal(judgedAnew: heard == nil ? 0 : 1, left: left)))
        }
        let likeness = started.likeness
        var withdrawal = started.withdrawal
        for _ in 0..<settings.rejudgedAtOnce / Rejudgement.stepLimit {
            // It is withdrawn whatever comes now: what the store has no room for at the moment is left.
            guard let step = try? rejudge(likeness) else { break }
            withdrawal.judgedAnew += step.judgedAnew
            withdrawal.left = step.isLast ? 0 : max(0, withdrawal.left - step.looked)
            if step.isLast { break }
        }
        return withdrawal
    }

    private typealias Started = (likeness: [UInt8], withdrawal: FeedbackWithdrawal)

    private func rejudge(_ likeness: [UInt8]) throws(StorageError) -> Rejudgement.Step {
        try change { (changes) throws(SQLiteError) in try Rejudgement(changes: changes, likeness: likeness).step() }
    }

    /// Goes on with what withdrawals have left.
    /// - Returns: whether there is more.
    func rejudge() throws(StorageError) -> Bool {
        try change { (changes) throws(SQLiteError) in
            guard let next = try Rejudgement.next(changes) else { return false }
            _ = try next.step()
            return true
        }
    }
}
