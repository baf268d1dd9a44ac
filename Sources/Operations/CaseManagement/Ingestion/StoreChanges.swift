package import SQLite
package import Triage

/// One piece of work on the store: the connection, the time it is done at, and the counts that change with it, which are written once at
/// its end.
package final class StoreChanges {
    let connection: Connection
    let now: EventTime
    let settings: CoreSettings
    private var tallies: [String: Int] = [:]
    private var measures: [String: (count: Int, total: Double)] = [:]

    package init(_ connection: Connection, now: EventTime, settings: CoreSettings) {
        self.connection = connection
        self.now = now
        self.settings = settings
    }

    /// Notes that there is one more of something, or one less.
    func tally(_ name: String, _ change: Int = 1) { tallies[name, default: 0] += change }

    /// Notes something that happened now.
    /// - Parameter seconds: what it took, where that is asked for.
    func measure(_ name: String, seconds: Double = 0) {
        let before = measures[name] ?? (0, 0)
        measures[name] = (before.count + 1, before.total + max(0, seconds))
    }

    /// Writes the counts. What was noted is part of the same transaction as what it counts.
    func finish() throws(SQLiteError) {
        for (name, change) in tallies.sorted(by: { $0.key < $1.key }) where change != 0 {
            try connection.execute(
                "INSERT INTO tallies VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET count = count + excluded.count",
                [.text(name), .integer(change)])
        }
        for (name, sum) in measures.sorted(by: { $0.key < $1.key }) {
            for width in [60, 3600] as [Int64] {
                let start = now.milliseconds / 1000 / width * width
                try connection.execute(
                    """
                    INSERT INTO measures VALUES (?, ?, ?, ?, ?) ON CONFLICT(width, name, start)
                    DO UPDATE SET count = count + excluded.count, total = total + excluded.total
                    """, [.integer(width), .text(name), .integer(start), .integer(sum.count), .real(sum.total)])
            }
        }
        tallies = [:]
        measures = [:]
    }
}

extension EventTime {
    var bound: SQLValue { .integer(milliseconds) }
}
