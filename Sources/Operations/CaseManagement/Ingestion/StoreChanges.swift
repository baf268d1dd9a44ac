package import SQLite
internal import Storage
package import Triage

/// One piece of work on the store: the connection, the time it is done at, and the counts that change with it.
package final class StoreChanges {
    let connection: Connection
    let now: EventTime
    let settings: CoreSettings
    private(set) var counts = StoreCounts()

    package init(_ connection: Connection, now: EventTime, settings: CoreSettings) {
        self.connection = connection
        self.now = now
        self.settings = settings
    }

    /// Notes that there is one more of something, or one less.
    func tally(_ name: String, _ change: Int = 1) { counts.tallies[name, default: 0] += change }

    /// Notes something that happened now.
    /// - Parameter seconds: what it took, where that is asked for.
    func measure(_ name: String, seconds: Double = 0) {
        for width in [60, 3600] as [Int64] {
            let start = now.milliseconds / 1000 / width * width
            let measure = StoreCounts.Measure(width: width, name: name, start: start)
            counts.measures[measure, default: StoreCounts.Sum()].add(
                StoreCounts.Sum(count: 1, total: max(0, seconds)))
        }
    }
}

/// How many there are of everything, and what happened when: what a group of changes adds to it is written once, in the transaction of what
/// it counts.
struct StoreCounts {
    struct Measure: Hashable, Comparable {
        var width: Int64
        var name: String
        var start: Int64

        static func < (left: Measure, right: Measure) -> Bool {
            (left.width, left.name, left.start) < (right.width, right.name, right.start)
        }
    }

    struct Sum {
        var count = 0
        var total = 0.0

        mutating func add(_ other: Sum) {
            count += other.count
            total += other.total
        }
    }

    var tallies: [String: Int] = [:]
    var measures: [Measure: Sum] = [:]

    mutating func add(_ other: StoreCounts) {
        for (name, change) in other.tallies { tallies[name, default: 0] += change }
        for (measure, sum) in other.measures { measures[measure, default: Sum()].add(sum) }
    }

    func write(to connection: Connection) throws(SQLiteError) {
        for (name, change) in tallies.sorted(by: { $0.key < $1.key }) where change != 0 {
            try connection.execute(
                "INSERT INTO tallies VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET count = count + excluded.count",
                [.text(name), .integer(change)])
        }
        for (measure, sum) in measures.sorted(by: { $0.key < $1.key }) {
            try connection.execute(
                """
                INSERT INTO measures VALUES (?, ?, ?, ?, ?) ON CONFLICT(width, name, start)
                DO UPDATE SET count = count + excluded.count, total = total + excluded.total
                """,
                [
                    .integer(measure.width), .text(measure.name), .integer(measure.start), .integer(sum.count),
                    .real(sum.total),
                ])
        }
    }
}

/// The counts of all changes that are made durable together.
final class GroupCounts: WriteGroupEnding {
    private var counts = StoreCounts()

    /// Adds what one change came to. It is the last thing that the change does.
    static func add(_ counts: StoreCounts, to group: WriteGroup) {
        let shared = group.ending as? GroupCounts ?? GroupCounts()
        shared.counts.add(counts)
        group.ending = shared
    }

    func finish(_ connection: Connection, _ file: DatabaseFile) throws(StorageError) {
        try storing(file) { () throws(SQLiteError) in try counts.write(to: connection) }
    }
}

extension EventTime {
    var bound: SQLValue { .integer(milliseconds) }
}
