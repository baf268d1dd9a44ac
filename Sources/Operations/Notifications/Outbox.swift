internal import CaseManagement
internal import Cryptography
internal import LinuxSystem
package import Policies
package import SQLite
package import Storage
package import Triage

/// Messages that wait to be sent, were sent, or were laid aside, in the core's database. What is decided about a message and what is written
/// of it are one transaction.
///
/// Delivery is *at least once*: a message is marked `sending` before it leaves and `sent` after the receiver took it; a core that is
/// killed between the two sends it again under the same key. Which of the receivers then see it once: an index (by its id), and whoever
/// keeps keys; a file, a log or a person may see it twice.
package struct Outbox: Sendable {
    package let queue: WriteQueue
    private let clock: @Sendable () -> EventTime

    /// Sent or dropped ones that are kept; older ones go.
    package static let keptLimit = 200_000

    package init(_ queue: WriteQueue, clock: @escaping @Sendable () -> EventTime) {
        self.queue = queue
        self.clock = clock
    }

    var now: EventTime { clock() }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws(SQLiteError) -> Value
    ) throws(StorageError) -> Value {
        let file = queue.file
        return try queue.write { (connection) throws(StorageError) in
            try storing(file) { () throws(SQLiteError) in try body(connection) }
        }
    }
}

extension Outbox {
    /// Puts what came since the last time into the queue, by the rules of `policy`; nil tells nobody, and what came is passed over.
    /// - Returns: how many notices were looked at; fewer than `limit` means that there are no more.
    package func route(by policy: AlertsPolicy?, limit: Int = 500) throws(StorageError) -> Int {
        let reader = try StoreReader(queue.file)
        let connection = try queue.file.openToRead()
        let from = try storing(queue.file) { () throws(SQLiteError) in
            Int(try Self.state("routed", connection) ?? "") ?? 0
        }
        let notices = try reader.notices(after: from, limit: limit)
        guard let last = notices.last else { return 0 }
        var prepared: [(notice: Notice, message: AlertMessage)] = []
        if policy?.rules.isEmpty == false {
            let builder = MessageBuilder(reader: reader)
            for notice in notices {
                if let message = try builder.message(of: notice) { prepared.append((notice, message)) }
            }
        }
        let (now, entries) = (now, prepared)
        try write { (connection) throws(SQLiteError) in
            // Another process may have been quicker.
            guard Int(try Self.state("routed", connection) ?? "") ?? 0 == from else { return }
            let store = try Self.storeID(connection)
            for (notice, message) in entries {
                try Self.queue(message, of: notice, by: policy ?? AlertsPolicy(), store, now, connection)
            }
            try Self.setState("routed", "\(last.id)", connection)
            try connection.execute(
                "DELETE FROM notifications WHERE id <= (SELECT max(id) FROM notifications) - ? AND state IN ('sent', 'dropped')",
                [.integer(Self.keptLimit)])
        }
        return notices.count
    }

    private static func queue(
        _ message: AlertMessage, of notice: Notice, by policy: AlertsPolicy, _ store: String, _ now: EventTime,
        _ connection: Connection
    ) throws(SQLiteError) {
        let told = try connection.all(
            "SELECT channel, max(severity) FROM notifications WHERE case_id = ? AND state <> 'dropped' GROUP BY channel",
            [.integer(notice.caseID)]
        ) { ($0.text(0), $0.integer(1)) }
        let worst = Dictionary(told, uniquingKeysWith: max)
        let routes = policy.routes(
            for: message.subject, at: now.date, severities: AlertSeverity.allCases.map(\.name)
        ) { channel in
            // That nobody decides is news each time it is said.
            notice.event == "stalled" || worst[channel].map { notice.severity.rawValue > $0 } ?? true
        }
        for route in routes {
            var message = message
            message.key = key(store, notice.id, route.channel)
            let due = route.heldUntil.map { EventTime($0) } ?? now
            try connection.execute(
                """
                INSERT OR IGNORE INTO notifications(notice, case_id, channel, rule, severity, key, state, attempts, next_attempt,
                    created_at, failure, message)
                VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, ?, ?, '', ?)
                """,
                [
                    .integer(notice.id), .integer(notice.caseID), .text(route.channel), .text(route.rule),
                    .integer(notice.severity.rawValue), .text(message.key), .integer(Int(due.milliseconds)),
                    .integer(Int(now.milliseconds)), .text(String(decoding: message.document, as: UTF8.self)),
                ])
        }
    }

    private static func key(_ store: String, _ notice: Int, _ channel: String) -> String {
        String(SHA256.hash(Array("\(store)/\(notice)/\(channel)".utf8)).hexadecimal.prefix(32))
    }

    private static func state(_ name: String, _ connection: Connection) throws(SQLiteError) -> String? {
        try connection.first("SELECT value FROM notification_state WHERE name = ?", [.text(name)]) { $0.text(0) }
    }

    private static func setState(_ name: String, _ value: String, _ connection: Connection) throws(SQLiteError) {
        try connection.execute("INSERT OR REPLACE INTO notification_state VALUES (?, ?)", [.text(name), .text(value)])
    }

    /// What makes keys of this store differ from those of another: made once, by SQLite's own random numbers.
    private static func storeID(_ connection: Connection) throws(SQLiteError) -> String {
        if let known = try state("store", connection) { return known }
        let made = try connection.first("SELECT lower(hex(randomblob(16)))") { $0.text(0) } ?? ""
        try setState("store", made, connection)
        return made
    }
}

extension Outbox {
    /// A message that is to be sent now.
    package struct Due: Sendable, Hashable {
        package var id: Int
        /// Which attempt this is, from 1 on.
        package var attempt: Int
        package var message: AlertMessage
    }

    /// What is due on a channel, oldest first, each marked as being sent.
    package func take(_ channel: String, limit: Int) throws(StorageError) -> [Due] {
        let now = now
        return try write { (connection) throws(SQLiteError) in
            let found = try connection.all(
                """
                SELECT id, attempts, message, key FROM notifications
                WHERE channel = ? AND state = 'waiting' AND next_attempt <= ? ORDER BY id LIMIT ?
                """, [.text(channel), .integer(Int(now.milliseconds)), .integer(limit)]
            ) { ($0.integer(0), $0.integer(1), $0.text(2)) }
            var due: [Due] = []
            for (id, attempts, document) in found {
                guard let message = AlertMessage(document: Array(document.utf8)) else {
                    try connection.execute(
                        "UPDATE notifications SET state = 'dead', failure = 'what was kept of it cannot be read' WHERE id = ?",
                        [.integer(id)])
                    continue
                }
                try connection.execute(
                    "UPDATE notifications SET state = 'sending', attempts = attempts + 1, tried_at = ? WHERE id = ?",
                    [.integer(Int(now.milliseconds)), .integer(id)])
                due.append(Due(id: id, attempt: attempts + 1, message: message))
            }
            return due
        }
    }

    /// Notes what became of messages that were taken.
    /// - Parameter attempts: after so many a message is laid aside.
    package func note(_ outcomes: [(due: Due, error: DeliveryError?)], attempts: Int) throws(StorageError) {
        let now = now
        try write { (connection) throws(SQLiteError) in
            for (due, error) in outcomes {
                guard let error else {
                    try connection.execute(
                        "UPDATE notifications SET state = 'sent', sent_at = ?, failure = '' WHERE id = ?",
                        [.integer(Int(now.milliseconds)), .integer(due.id)])
                    continue
                }
                var next: EventTime?
                if case .transient(let after) = error.kind, due.attempt < attempts {
                    next = now.adding(RetrySchedule.delay(failures: due.attempt, key: due.message.key, after: after))
                }
                try connection.execute(
                    "UPDATE notifications SET state = ?, next_attempt = ?, failure = ? WHERE id = ?",
                    [
                        .text(next == nil ? "dead" : "waiting"), .integer(Int((next ?? now).milliseconds)),
                        .text(error.description), .integer(due.id),
                    ])
            }
        }
    }

    /// What was being sent when a core before this one ended is sent again: whether it arrived is not known.
    /// - Returns: how many.
    package func recover() throws(StorageError) -> Int {
        try write { (connection) throws(SQLiteError) in
            try connection.execute(
                """
                UPDATE notifications SET state = 'waiting', failure = 'the core ended while it was sent; it may have arrived'
                WHERE state = 'sending'
                """)
            return connection.changes
        }
    }

    /// When the next message of a channel is due; nil when none waits.
    package func nextDue(_ channel: String, _ connection: Connection) throws(SQLiteError) -> EventTime? {
        let next = try connection.first(
            "SELECT min(next_attempt) FROM notifications WHERE channel = ? AND state = 'waiting'", [.text(channel)]
        ) { $0.optionalInteger(0) }
        return (next ?? nil).map(EventTime.init(milliseconds:))
    }

    /// Lays aside what waits for channels that the policy does not have any more.
    package func abandon(except channels: [String]) throws(StorageError) {
        try write { (connection) throws(SQLiteError) in
            let waiting = try connection.all(
                "SELECT DISTINCT channel FROM notifications WHERE state = 'waiting'", []
            ) { $0.text(0) }
            for channel in waiting where !channels.contains(channel) {
                try connection.execute(
                    "UPDATE notifications SET state = 'dead', failure = ? WHERE channel = ? AND state = 'waiting'",
                    [.text("the policy has no channel of this name"), .text(channel)])
            }
        }
    }
}
