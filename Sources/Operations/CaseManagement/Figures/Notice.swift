internal import SQLite
package import Storage
package import Triage

/// Something that people or programs are to be told.
package struct Notice: Sendable, Hashable {
    package var id: Int
    package var at: EventTime
    /// `opened`, `raised`, `joined`, `stalled`.
    package var event: String
    package var caseID: Int
    package var severity: AlertSeverity
    package var text: String
    /// The stored alert that is the reason; nil where none is, and for notices of earlier versions.
    package var alert: Int?
}

extension StoreReader {
    /// What came after the notice `id`, in order. Whoever sends notices on keeps the id of the last one it sent.
    package func notices(after id: Int, limit: Int = 500) throws(StorageError) -> [Notice] {
        try reading { () throws(SQLiteError) in
            try connection.all(
                "SELECT id, at, event, case_id, severity, text, alert FROM notices WHERE id > ? ORDER BY id LIMIT ?",
                [.integer(id), .integer(limit)]
            ) { row in
                Notice(
                    id: row.integer(0), at: EventTime(milliseconds: row.integer(1)), event: row.text(2),
                    caseID: row.integer(3),
                    severity: AlertSeverity(rawValue: row.integer(4)) ?? .low, text: row.text(5),
                    alert: row.optionalInteger(6))
            }
        }
    }
}
