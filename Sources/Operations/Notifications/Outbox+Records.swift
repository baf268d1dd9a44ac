package import CaseManagement
package import JSON
internal import SQLite
package import Storage
package import Triage

/// A message in the outbox, as people ask for it.
package struct NotificationRecord: Sendable {
    package var id: Int
    package var caseID: Int
    package var channel: String
    package var rule: String
    package var severity: AlertSeverity
    package var key: String
    /// `waiting`, `sending`, `sent`, `dead`, `dropped`.
    package var state: String
    package var attempts: Int
    package var createdAt: EventTime
    package var triedAt: EventTime?
    package var sentAt: EventTime?
    package var failure: String
    package var message: String
}

extension NotificationRecord {
    package enum State: String, Sendable, CaseIterable {
        case waiting, sending, sent, dead, dropped
    }

    /// The newest first.
    package static func all(
        in reader: StoreReader, state: State?, channel: String? = nil, limit: Int = 50
    ) throws(StorageError) -> [NotificationRecord] {
        try reader.reading { (connection) throws(SQLiteError) in
            try connection.all(
                """
                SELECT * FROM notifications WHERE (? IS NULL OR state = ?) AND (? IS NULL OR channel = ?)
                ORDER BY id DESC LIMIT ?
                """,
                [
                    .optional(state?.rawValue), .optional(state?.rawValue), .optional(channel), .optional(channel),
                    .integer(min(max(limit, 1), 1000)),
                ], record)
        }
    }

    package static func one(_ id: Int, in reader: StoreReader) throws(StorageError) -> NotificationRecord? {
        try reader.reading { (connection) throws(SQLiteError) in
            try connection.first("SELECT * FROM notifications WHERE id = ?", [.integer(id)], record)
        }
    }

    private static func record(_ row: Row) -> NotificationRecord {
        func time(_ column: Int) -> EventTime? { row.optionalInteger(column).map(EventTime.init(milliseconds:)) }
        return NotificationRecord(
            id: row.integer(0), caseID: row.integer(2), channel: row.text(3), rule: row.text(4),
            severity: AlertSeverity(rawValue: row.integer(5)) ?? .low, key: row.text(6), state: row.text(7),
            attempts: row.integer(8), createdAt: EventTime(milliseconds: row.integer(10)), triedAt: time(11),
            sentAt: time(12), failure: row.text(13), message: row.text(14))
    }
}

extension Outbox {
    /// Puts dead letters back into the queue, with all their attempts before them.
    /// - Parameter id: nil for all of them.
    /// - Returns: how many.
    package func retry(_ id: Int?) throws(StorageError) -> Int {
        let now = now
        return try write { (connection) throws(SQLiteError) in
            try connection.execute(
                "UPDATE notifications SET state = 'waiting', attempts = 0, next_attempt = ? WHERE state = 'dead' AND (? IS NULL OR id = ?)",
                [.integer(Int(now.milliseconds)), .optional(id), .optional(id)])
            return connection.changes
        }
    }

    /// Gives dead letters up: they are kept for the record, and sent no more.
    package func drop(_ id: Int?) throws(StorageError) -> Int {
        try write { (connection) throws(SQLiteError) in
            try connection.execute(
                "UPDATE notifications SET state = 'dropped' WHERE state = 'dead' AND (? IS NULL OR id = ?)",
                [.optional(id), .optional(id)])
            return connection.changes
        }
    }
}

extension JSONWriter {
    package mutating func value(_ record: NotificationRecord, withMessage: Bool) {
        object { writer in
            writer.member("id", record.id)
            writer.member("channel", record.channel)
            writer.member("rule", record.rule)
            writer.member("case_id", record.caseID)
            writer.member("severity", record.severity.name)
            writer.member("key", record.key)
            writer.member("state", record.state)
            writer.member("attempts", record.attempts)
            writer.member("created_at", "\(record.createdAt)")
            writer.member("tried_at", record.triedAt.map { "\($0)" })
            writer.member("sent_at", record.sentAt.map { "\($0)" })
            writer.member("failure", record.failure)
            if withMessage {
                writer.key("message")
                // The core wrote it as one JSON document.
                writer.value(json: Array(record.message.utf8))
            }
        }
    }
}
