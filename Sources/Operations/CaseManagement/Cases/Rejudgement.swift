internal import SQLite
internal import Triage

/// Judges alerts anew that analysts were heard on, after one of them took something back: the newest first, so many in one change. How far it
/// has come is in the store, so that it goes on after any end of the program.
struct Rejudgement {
    let changes: StoreChanges
    let likeness: [UInt8]
    private var connection: Connection { changes.connection }

    /// Alerts of one change: some 20 ms of work.
    static let stepLimit = 100

    /// What one step did.
    struct Step {
        /// Alerts that were looked at.
        var looked = 0
        /// Those of them whose verdict or confidence is another now.
        var judgedAnew = 0
        var isLast = true
    }

    /// A likeness of which some alerts are still to be judged anew; nil when there is none.
    static func next(_ changes: StoreChanges) throws(SQLiteError) -> Rejudgement? {
        try changes.connection.first("SELECT likeness FROM rejudgements LIMIT 1") { $0.blob(0) }
            .map { Rejudgement(changes: changes, likeness: $0) }
    }

    /// Has all of them judged anew, from the newest on.
    /// - Returns: how many there are to look at.
    func begin() throws(SQLiteError) -> Int {
        try connection.execute(
            "INSERT OR REPLACE INTO rejudgements VALUES (?, ?)", [.blob(likeness), .integer(Int.max)])
        return try connection.first("SELECT count(*) FROM heard_alerts WHERE likeness = ?", [.blob(likeness)]) {
            $0.integer(0)
        } ?? 0
    }

    func step() throws(SQLiteError) -> Step {
        let below = try connection.first("SELECT below FROM rejudgements WHERE likeness = ?", [.blob(likeness)]) {
            $0.integer(0)
        }
        guard let below else { return Step() }
        let alerts = try connection.all(
            "SELECT alert FROM heard_alerts WHERE likeness = ? AND alert < ? ORDER BY alert DESC LIMIT ?",
            [.blob(likeness), .integer(below), .integer(Self.stepLimit)]
        ) { $0.integer(0) }
        let history = try FeedbackLedger.history(of: likeness, connection)
        var step = Step(looked: alerts.count, isLast: alerts.count < Self.stepLimit)
        for alert in alerts {
            let heard = try FeedbackLedger.hear(on: alert, likeness: likeness, history, onlyAgain: true, changes)
            if heard != nil { step.judgedAnew += 1 }
        }
        if let last = alerts.last, !step.isLast {
            try connection.execute(
                "UPDATE rejudgements SET below = ? WHERE likeness = ?", [.integer(last), .blob(likeness)])
        } else {
            try connection.execute("DELETE FROM rejudgements WHERE likeness = ?", [.blob(likeness)])
        }
        return step
    }
}

/// What taking feedback back came to.
package struct FeedbackWithdrawal: Sendable, Hashable {
    /// Alerts whose verdict or confidence is another now.
    package var judgedAnew: Int
    /// Alerts that analysts were heard on and that are still to be looked at: the core's upkeep goes on with them, and each that comes before
    /// that is judged anew then.
    package var left: Int
}
