package import JSON
internal import SQLite
package import Storage
package import Triage

/// How well alerts and cases were dealt with in a period that ends now. Sums are kept by the minute and by the hour as things happen, so that
/// a month costs no more than its hours: periods over 24 hours begin at a full hour, others at a full minute.
package struct KeyFigures: Sendable {
    package enum Period: String, Sendable, CaseIterable {
        case hour = "1h"
        case shift = "8h"
        case day = "24h"
        case week = "7d"
        case month = "30d"

        package var duration: Duration {
            switch self {
            case .hour: .seconds(3600)
            case .shift: .seconds(8 * 3600)
            case .day: .seconds(24 * 3600)
            case .week: .seconds(7 * 24 * 3600)
            case .month: .seconds(30 * 24 * 3600)
            }
        }

        var width: Int { duration > .seconds(24 * 3600) ? 3600 : 60 }
    }

    /// A mean over so many cases.
    package struct Mean: Sendable, Hashable {
        package var seconds: Double?
        package var count: Int
    }

    package var period: Period
    package var from: EventTime
    package var to: EventTime
    private var sums: [String: (count: Int, total: Double)]

    fileprivate init(period: Period, from: EventTime, to: EventTime, sums: [String: (count: Int, total: Double)]) {
        self.period = period
        self.from = from
        self.to = to
        self.sums = sums
    }

    package func count(_ name: String) -> Int { sums[name]?.count ?? 0 }

    package func mean(_ name: String) -> Mean {
        guard let sum = sums[name], sum.count > 0 else { return Mean(seconds: nil, count: 0) }
        return Mean(seconds: sum.total / Double(sum.count), count: sum.count)
    }

    /// The means that the field knows by these names: until a case was opened, triaged, investigated, responded to, closed. Cases of what had
    /// happened long before it came in (`CoreSettings.detectionHorizon`) do not count for the first.
    package static let means = [
        ("mttd", "detect", "Mean time to detect"), ("mttt", "triage", "Mean time to triage"),
        ("mtti", "investigate", "Mean time to investigate"), ("mttr", "respond", "Mean time to respond"),
        ("mttc", "close", "Mean time to close"),
    ]

    package var automaticTriage: Proportion {
        Proportion(min(count("cases/automatic"), count("cases/opened")), of: count("cases/opened"))
    }

    /// Of the cases that ended.
    package var falsePositives: Proportion {
        Proportion(count("cases/false_positive"), of: count("cases/false_positive") + count("cases/closed"))
    }

    /// Cases triaged without a person were so at once.
    package var triageInTime: Proportion {
        let met = count("sla/triage/met") + count("cases/automatic")
        return Proportion(met, of: met + count("sla/triage/missed"))
    }

    package var responseInTime: Proportion {
        Proportion(count("sla/response/met"), of: count("sla/response/met") + count("sla/response/missed"))
    }
}

extension StoreReader {
    package func keyFigures(_ period: KeyFigures.Period, now: EventTime) throws(StorageError) -> KeyFigures {
        let width = period.width
        let start = now.adding(.zero - period.duration).milliseconds / 1000 / Int64(width) * Int64(width)
        var sums: [String: (count: Int, total: Double)] = [:]
        try reading { () throws(SQLiteError) in
            for name in try measureNames(width: width) {
                let sum = try connection.first(
                    "SELECT sum(count), sum(total) FROM measures WHERE width = ? AND name = ? AND start >= ?",
                    [.integer(width), .text(name), .integer(start)]
                ) { ($0.integer(0), $0.real(1)) }
                if let sum, sum.0 > 0 { sums[name] = sum }
            }
        }
        return KeyFigures(period: period, from: EventTime(milliseconds: start * 1000), to: now, sums: sums)
    }

    /// Found by jumping from name to name in the index; there are some twenty.
    private func measureNames(width: Int) throws(SQLiteError) -> [String] {
        var names: [String] = []
        while let next = try connection.first(
            "SELECT min(name) FROM measures WHERE width = ? AND name > ?", [.integer(width), .text(names.last ?? "")],
            { $0.optionalText(0) }) ?? nil
        {
            names.append(next)
        }
        return names
    }

    /// How many there are of everything, by name: `alerts`, `cases/state/open`.
    package func tallies() throws(StorageError) -> [String: Int] {
        try reading { () throws(SQLiteError) in
            Dictionary(
                try connection.all("SELECT name, count FROM tallies") { ($0.text(0), $0.integer(1)) },
                uniquingKeysWith: { first, _ in first })
        }
    }
}

extension JSONWriter {
    package mutating func value(_ figures: KeyFigures) {
        object { writer in
            writer.member("period", figures.period.rawValue)
            writer.member("from", figures.from.description)
            writer.member("to", figures.to.description)
            for (name, measure, _) in KeyFigures.means {
                let mean = figures.mean(measure)
                writer.member(
                    name,
                    object: {
                        $0.key("seconds")
                        if let seconds = mean.seconds { $0.value((seconds * 1000).rounded() / 1000) } else { $0.null() }
                        $0.member("count", mean.count)
                    })
            }
            writer.member("automatic_triage_rate", figures.automaticTriage)
            writer.member("false_positive_rate", figures.falsePositives)
            writer.member(
                "sla",
                object: {
                    $0.member("triage", figures.triageInTime)
                    $0.member("response", figures.responseInTime)
                })
            writer.member(
                "counts",
                object: {
                    $0.member("alerts_new", figures.count("alerts/new"))
                    $0.member("alerts_repeated", figures.count("alerts/repeated"))
                    $0.member("cases_opened", figures.count("cases/opened"))
                    $0.member("cases_closed", figures.count("cases/closed"))
                    $0.member("cases_false_positive", figures.count("cases/false_positive"))
                })
        }
    }

    package mutating func member(_ name: String, _ proportion: Proportion) {
        member(
            name,
            object: {
                $0.key("rate")
                if let value = proportion.value { $0.value((value * 10_000).rounded() / 10_000) } else { $0.null() }
                $0.member("count", proportion.count)
                $0.member("total", proportion.total)
                $0.key("interval_95")
                if proportion.total > 0 {
                    $0.array { array in
                        array.value((proportion.interval.lowerBound * 10_000).rounded() / 10_000)
                        array.value((proportion.interval.upperBound * 10_000).rounded() / 10_000)
                    }
                } else {
                    $0.null()
                }
            })
    }
}
