internal import Reporting

package import struct FoundationEssentials.Date

/// A time to the millisecond, counted from 1970-01-01T00:00:00Z.
package struct EventTime: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }
    package init(milliseconds: Int) { self.milliseconds = Int64(milliseconds) }
    package init(_ date: Date) { milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded(.down)) }

    package static func < (left: EventTime, right: EventTime) -> Bool { left.milliseconds < right.milliseconds }

    package var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    /// To the second, as RFC 3339 writes it.
    package var description: String { Timestamp(date).description }

    package func adding(_ duration: Duration) -> EventTime {
        EventTime(milliseconds: milliseconds + Int64(duration / .milliseconds(1)))
    }

    package func since(_ earlier: EventTime) -> Duration { .milliseconds(milliseconds - earlier.milliseconds) }
}

extension EventTime {
    /// Reads RFC 3339 and what products make of it: a blank for the `T`, offsets without a colon, no offset (then UTC), any fraction.
    package init?(text: String) {
        let bytes = Array(text.utf8.prefix(41))
        guard bytes.count >= 19, bytes.count <= 40 else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        guard let year = number(0..<4), bytes[4] == 0x2d, let month = number(5..<7), bytes[7] == 0x2d,
            let day = number(8..<10), [0x54, 0x74, 0x20].contains(bytes[10]), let hour = number(11..<13),
            bytes[13] == 0x3a, let minute = number(14..<16), bytes[16] == 0x3a, let second = number(17..<19),
            (1...12).contains(month), (1...Self.days(inMonth: month, of: year)).contains(day), hour < 24, minute < 60,
            second <= 60, year >= 1970
        else { return nil }
        var index = 19
        var fraction = 0
        if index < bytes.count, bytes[index] == 0x2e || bytes[index] == 0x2c {
            index += 1
            var scale = 100
            let start = index
            while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
                fraction += Int(bytes[index] - 0x30) * scale
                scale /= 10
                index += 1
            }
            if index == start { return nil }
        }
        guard let offset = Self.offset(bytes[index...]) else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        milliseconds = Int64(seconds) * 1000 + Int64(fraction)
    }

    /// Seconds east of UTC.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let sign = bytes.first else { return 0 }
        if sign == 0x5a || sign == 0x7a { return bytes.count == 1 ? 0 : nil }
        guard sign == 0x2b || sign == 0x2d else { return nil }
        let digits = bytes.dropFirst().filter { $0 != 0x3a }
        guard digits.count == 4 || digits.count == 2, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        let numbers = digits.map { Int($0 - 0x30) }
        let hours = numbers[0] * 10 + numbers[1]
        let minutes = numbers.count == 4 ? numbers[2] * 10 + numbers[3] : 0
        guard hours < 24, minutes < 60 else { return nil }
        return (hours * 3600 + minutes * 60) * (sign == 0x2d ? -1 : 1)
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar, years counted from 1 March.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let cycle = marchYear / 400
        let yearOfCycle = marchYear - cycle * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return cycle * 146_097 + yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear - 719_468
    }

    /// A time as a number: seconds, or from 10^11 on milliseconds, as OCSF and Splunk have it. Nil for what lies outside 1970 to 2286.
    package init?(number: Double) {
        let value = number >= 1e11 ? number : number * 1000
        guard value >= 0, value < 1e13 else { return nil }
        milliseconds = Int64(value)
    }
}
