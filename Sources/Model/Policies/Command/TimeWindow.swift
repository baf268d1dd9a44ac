package import struct FoundationEssentials.Date

/// A day of the week; the raw value is how policies write it.
package enum Weekday: String, Sendable, CaseIterable {
    case monday = "mon"
    case tuesday = "tue"
    case wednesday = "wed"
    case thursday = "thu"
    case friday = "fri"
    case saturday = "sat"
    case sunday = "sun"

    /// Of a day counted from 1970-01-01, which was a Thursday.
    init(dayNumber: Int) {
        let index = (dayNumber + 3) % 7
        self = Self.allCases[index < 0 ? index + 7 : index]
    }
}

/// Hours of a day: `08:00-18:00`. The end is not in it; an end that is not after the start is on the next day.
package struct DailyHours: Sendable, Hashable, CustomStringConvertible {
    /// Minutes from midnight, 0 to 1439, and 0 to 1440.
    package let start: Int
    package let end: Int

    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let start = Self.minutes(parts[0]), let end = Self.minutes(parts[1]), start < 1440,
            start != end
        else { return nil }
        self.start = start
        self.end = end
    }

    private static func minutes(_ text: Substring) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"), let hours = decimal(bytes[0..<2]),
            let minutes = decimal(bytes[3..<5]), minutes < 60, hours < 24 || hours == 24 && minutes == 0
        else { return nil }
        return hours * 60 + minutes
    }

    var crossesMidnight: Bool { end < start }

    package var description: String {
        func text(_ minutes: Int) -> String {
            [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        }
        return "\(text(start))-\(text(end))"
    }
}

/// When a rule holds, on the clocks of one time zone: on these days of the week, in these hours.
///
/// Hours that cross midnight belong to the day they begin on. A time that the clocks skip in spring never comes; one that they show
/// twice in autumn counts both times.
package struct TimeWindow: Sendable, Hashable {
    package var days: Set<Weekday>
    /// Any of them; empty for the whole day.
    package var hours: [DailyHours]
    package var zone: TimeZoneRules

    package init(days: Set<Weekday> = Set(Weekday.allCases), hours: [DailyHours] = [], zone: TimeZoneRules = .utc) {
        self.days = days
        self.hours = hours
        self.zone = zone
    }

    package func contains(_ moment: Date) -> Bool {
        let seconds = Int(moment.timeIntervalSince1970.rounded(.down))
        let local = seconds + zone.secondsFromUTC(at: seconds)
        let (day, second) = floorDivision(local, 86_400)
        let minute = second / 60
        func begins(on day: Int) -> Bool { days.contains(Weekday(dayNumber: day)) }
        if hours.isEmpty { return begins(on: day) }
        return hours.contains { hours in
            if hours.crossesMidnight {
                return minute >= hours.start && begins(on: day) || minute < hours.end && begins(on: day - 1)
            }
            return (hours.start..<hours.end).contains(minute) && begins(on: day)
        }
    }

    package var description: String {
        let dayText =
            days.count == 7 ? "" : Weekday.allCases.filter(days.contains).map(\.rawValue).joined(separator: ", ") + " "
        let hourText = hours.isEmpty ? "" : hours.map(\.description).joined(separator: ", ") + " "
        return dayText + hourText + zone.name
    }
}

/// The quotient rounded down, and what is left, which is never negative.
func floorDivision(_ number: Int, _ divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}
