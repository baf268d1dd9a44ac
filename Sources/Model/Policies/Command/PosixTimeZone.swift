/// The rule a time zone follows from year to year, as the TZ variable writes it (POSIX.1-2017 §8.3, RFC 9636 §3.3.1):
///
///     CET-1CEST,M3.5.0,M10.5.0/3     an hour before UTC in its own count; summer time from March's last Sunday to October's
///     <+0330>-3:30                   no summer time
///     EST5EDT,M3.2.0,M11.1.0
///     IST-2IDT,M3.4.4/26,M10.5.0     hours beyond a day count into the next
struct PosixTimeZone: Sendable, Hashable {
    private enum Day: Sendable, Hashable {
        /// Month 1 to 12, week 1 to 5 (5 the last), weekday 0 (Sunday) to 6.
        case weekday(month: Int, week: Int, day: Int)
        /// 1 to 365; 29 February is never counted.
        case julian(Int)
        /// 0 to 365; 29 February is counted.
        case ordinal(Int)
    }

    private struct Change: Sendable, Hashable {
        var day: Day
        /// Seconds from midnight on the clocks before the change; may be negative or beyond a day.
        var second: Int
    }

    private struct Summer: Sendable, Hashable {
        var offset: Int
        var start, end: Change
    }

    /// Seconds east of UTC.
    private let standard: Int
    private let summer: Summer?

    init?(_ text: String) {
        var reader = Reader(Array(text.utf8)[...])
        guard reader.skipName(), let offset = reader.time(limit: 24) else { return nil }
        standard = -offset
        guard !reader.isAtEnd else {
            summer = nil
            return
        }
        guard reader.skipName() else { return nil }
        var summerOffset = standard + 3600
        if reader.peek != UInt8(ascii: ",") {
            guard let offset = reader.time(limit: 24) else { return nil }
            summerOffset = -offset
        }
        guard let start = reader.change(), let end = reader.change(), reader.isAtEnd else { return nil }
        summer = Summer(offset: summerOffset, start: start, end: end)
    }

    func offset(at moment: Int) -> Int {
        guard let summer else { return standard }
        let year = Self.year(ofDay: floorDivision(moment + standard, 86_400).quotient)
        let start = Self.second(of: summer.start, year: year) - standard
        let end = Self.second(of: summer.end, year: year) - summer.offset
        // South of the equator summer lasts over the turn of the year.
        let isSummer = start < end ? (start..<end).contains(moment) : !(end..<start).contains(moment)
        return isSummer ? summer.offset : standard
    }

    private static func year(ofDay number: Int) -> Int {
        Int(CalendarDay(number: number).description.prefix { $0 != "-" }) ?? 1970
    }

    /// Days since 1970 of a day in a year (proleptic Gregorian, days from civil).
    private static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let (cycle, yearOfCycle) = floorDivision(shifted, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return cycle * 146_097 + yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear - 719_468
    }

    /// On the clocks of the place, as seconds since 1970 would count them.
    private static func second(of change: Change, year: Int) -> Int {
        let day: Int
        switch change.day {
        case .ordinal(let number): day = dayNumber(year: year, month: 1, day: 1) + number
        case .julian(let number):
            let first = dayNumber(year: year, month: 1, day: 1)
            let isLeap = dayNumber(year: year + 1, month: 1, day: 1) - first == 366
            day = first + number - 1 + (isLeap && number >= 60 ? 1 : 0)
        case .weekday(let month, let week, let weekday):
            let first = dayNumber(year: year, month: month, day: 1)
            let next =
                month == 12
                ? dayNumber(year: year + 1, month: 1, day: 1) : dayNumber(year: year, month: month + 1, day: 1)
            // 1970-01-01 was a Thursday, day 4.
            let firstWeekday = floorDivision(first + 4, 7).remainder
            var candidate = first + (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
            if candidate >= next { candidate -= 7 }
            day = candidate
        }
        return day * 86_400 + change.second
    }
}

extension PosixTimeZone {
    private struct Reader {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

        var isAtEnd: Bool { rest.isEmpty }
        var peek: UInt8? { rest.first }

        /// `CET`, `<+0330>`.
        mutating func skipName() -> Bool {
            if rest.first == UInt8(ascii: "<") {
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
                rest = rest[(end + 1)...]
                return true
            }
            let letters = rest.prefix { (0x61...0x7a).contains($0 | 0x20) }
            rest = rest.dropFirst(letters.count)
            return letters.count >= 3
        }

        mutating func take(_ byte: UInt8) -> Bool {
            guard rest.first == byte else { return false }
            rest.removeFirst()
            return true
        }

        mutating func number(_ range: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard let value = decimal(digits), range.contains(value) else { return nil }
            rest = rest.dropFirst(digits.count)
            return value
        }

        /// `[+-]h[:m[:s]]`, in seconds.
        mutating func time(limit: Int) -> Int? {
            let sign = take(UInt8(ascii: "-")) ? -1 : 1
            if sign == 1 { _ = take(UInt8(ascii: "+")) }
            guard let hours = number(0...limit) else { return nil }
            var seconds = hours * 3600
            for unit in [60, 1] {
                guard take(UInt8(ascii: ":")) else { break }
                guard let part = number(0...59) else { return nil }
                seconds += part * unit
            }
            return sign * seconds
        }

        /// `,M3.5.0/2`
        mutating func change() -> Change? {
            guard take(UInt8(ascii: ",")), let day = day() else { return nil }
            guard take(UInt8(ascii: "/")) else { return Change(day: day, second: 7200) }
            return time(limit: 167).map { Change(day: day, second: $0) }
        }

        private mutating func day() -> Day? {
            if take(UInt8(ascii: "J")) { return number(1...365).map { .julian($0) } }
            guard take(UInt8(ascii: "M")) else { return number(0...365).map { .ordinal($0) } }
            guard let month = number(1...12), take(UInt8(ascii: ".")), let week = number(1...5),
                take(UInt8(ascii: ".")), let day = number(0...6)
            else { return nil }
            return .weekday(month: month, week: week, day: day)
        }
    }
}
