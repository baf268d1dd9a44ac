package import struct FoundationEssentials.Date

/// A time to the second in UTC, as RFC 3339 writes it: `2026-11-21T03:04:05Z`. Formatting costs some nanoseconds, where a formatter of
/// Foundation's costs microseconds.
package struct Timestamp: Sendable, Hashable, CustomStringConvertible {
    /// Seconds since 1970-01-01T00:00:00Z, rounded down; years 0000 to 9999, what RFC 3339 can say.
    private let seconds: Int64

    package init(_ date: Date) {
        let exact = date.timeIntervalSince1970
        seconds = exact.isNaN ? 0 : Int64(min(max(exact.rounded(.down), -62_167_219_200), 253_402_300_799))
    }

    package var description: String { text(between: "T", after: "Z") }

    /// For people: `2026-11-21 03:04:05 UTC`.
    package var readable: String { text(between: " ", after: " UTC") }

    /// Calendar day alone: `2026-11-21`.
    package var day: String { String(description.prefix(10)) }

    private func text(between separator: String, after suffix: String) -> String {
        let (days, second) = (seconds.floorDivided(by: 86_400), Int(seconds.modulo(86_400)))
        let (year, month, day) = Self.civil(days)
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        let time = "\(padded(second / 3_600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
        return date + separator + time + suffix
    }

    /// The proleptic Gregorian date `days` after 1970-01-01. Years are counted from 1 March, so that the leap day is their last and the
    /// lengths of the months before it follow 153 days in five months; 146,097 days make a cycle of 400 years.
    private static func civil(_ days: Int64) -> (year: Int, month: Int, day: Int) {
        let sinceMarch = days + 719_468
        let cycle = sinceMarch.floorDivided(by: 146_097)
        let dayOfCycle = sinceMarch.modulo(146_097)
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1_460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0)
        return (Int(year), Int(month), Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1))
    }

    private func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> Int64 { (self - modulo(divisor)) / divisor }

    fileprivate func modulo(_ divisor: Int64) -> Int64 {
        let rest = self % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
