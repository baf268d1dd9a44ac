internal import Cryptography
internal import Policies
internal import SQLite
internal import Triage

/// Signals of playbooks, counted by minute in the store.
struct StoredSignals: SignalCounting {
    let connection: Connection
    /// Different values that are kept of one subject; more would not change what they say.
    private static let valueLimit = PlaybookLimits.distinct.upperBound

    func note(_ signal: String, subject: String, values: [String], at time: EventTime) throws(SQLiteError) {
        try connection.execute(
            """
            INSERT INTO signal_counts VALUES (?, ?, ?, 1)
            ON CONFLICT(signal, subject, minute) DO UPDATE SET count = count + 1
            """, [.text(signal), .blob(Self.digest(subject)), .integer(time.milliseconds / 60_000)])
        guard !values.isEmpty else { return }
        var known = try distinct(signal, subject: subject, since: EventTime(milliseconds: Int64.min))
        if known >= Self.valueLimit { known -= try forget(signal, subject: subject, at: time) }
        for value in values where known < Self.valueLimit {
            try connection.execute(
                """
                INSERT INTO signal_values VALUES (?, ?, ?, ?) ON CONFLICT(signal, subject, value)
                DO UPDATE SET last_seen = max(last_seen, excluded.last_seen)
                """, [.text(signal), .blob(Self.digest(subject)), .blob(Self.digest(value)), time.bound])
        }
    }

    /// Makes room: takes away the subject's values that no rule looks back to any more.
    private func forget(_ signal: String, subject: String, at time: EventTime) throws(SQLiteError) -> Int {
        let horizon = time.adding(.seconds(-60 * PlaybookLimits.minutes.upperBound))
        let before = try distinct(signal, subject: subject, since: EventTime(milliseconds: Int64.min))
        try connection.execute(
            "DELETE FROM signal_values WHERE signal = ? AND subject = ? AND last_seen < ?",
            [.text(signal), .blob(Self.digest(subject)), horizon.bound])
        return before - (try distinct(signal, subject: subject, since: EventTime(milliseconds: Int64.min)))
    }

    func count(_ signal: String, subject: String, since time: EventTime) throws(SQLiteError) -> Int {
        try connection.first(
            "SELECT coalesce(sum(count), 0) FROM signal_counts WHERE signal = ? AND subject = ? AND minute > ?",
            [.text(signal), .blob(Self.digest(subject)), .integer(time.milliseconds / 60_000)]
        ) { $0.integer(0) } ?? 0
    }

    func distinct(_ signal: String, subject: String, since time: EventTime) throws(SQLiteError) -> Int {
        try connection.first(
            "SELECT count(*) FROM signal_values WHERE signal = ? AND subject = ? AND last_seen >= ?",
            [.text(signal), .blob(Self.digest(subject)), time.bound]
        ) { $0.integer(0) } ?? 0
    }

    /// Takes away what no window of any playbook reaches: an event that comes up to a week late still finds the whole of its own week, the
    /// longest that a rule may look back.
    ///
    /// Whoever notes a value counts a minute too, so a value that nobody saw since is found by its last minute, without an index of its own.
    /// - Parameter limit: minutes that are taken away at most, so that what waits to be written does not wait long.
    /// - Returns: how many were; less than `limit` where nothing is left.
    func purge(at now: EventTime, limit: Int) throws(SQLiteError) -> Int {
        let horizon = now.adding(.seconds(-2 * 60 * PlaybookLimits.minutes.upperBound))
        let old = try connection.all(
            "SELECT signal, subject, minute FROM signal_counts WHERE minute < ? ORDER BY minute LIMIT ?",
            [.integer(horizon.milliseconds / 60_000), .integer(limit)]
        ) { (signal: $0.text(0), subject: $0.blob(1), minute: $0.integer(2)) }
        for row in old {
            try connection.execute(
                "DELETE FROM signal_values WHERE signal = ? AND subject = ? AND last_seen < ?",
                [.text(row.signal), .blob(row.subject), horizon.bound])
            try connection.execute(
                "DELETE FROM signal_counts WHERE signal = ? AND subject = ? AND minute = ?",
                [.text(row.signal), .blob(row.subject), .integer(row.minute)])
        }
        return old.count
    }

    private static func digest(_ text: String) -> [UInt8] { Array(SHA256.hash(Array(text.utf8)).prefix(12)) }
}
