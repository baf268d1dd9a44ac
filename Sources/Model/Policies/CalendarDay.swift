package import struct FoundationEssentials.Date

/// A day of the Gregorian calendar in UTC, `2026-12-31`: what people write where a time of day would say more than they mean.
package struct CalendarDay: Hashable, Sendable, Comparable {
    /// Days since 1970-01-01.
    package let number: Int

    private static let seconds: Double = 86_400

    package init(number: Int) { self.number = number }

    package init(containing date: Date) {
        number = Int((date.timeIntervalSince1970 / Self.seconds).rounded(.down))
    }

    package var start: Date { Date(timeIntervalSince1970: Double(number) * Self.seconds) }
    /// The first moment that is not in it.
    package var end: Date { Date(timeIntervalSince1970: Double(number + 1) * Self.seconds) }

    package func adding(days: Int) -> CalendarDay { CalendarDay(number: number + days) }

    package static func < (left: CalendarDay, right: CalendarDay) -> Bool { left.number < right.number }
}

// The calendar in whole 400-year cycles (146,097 days) of years that begin in March, so that the leap day comes last.
extension CalendarDay: CustomStringConvertible, LosslessStringConvertible {
    /// Reads `YYYY-MM-DD`; a day the month does not have is none.
    package init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 10, digits[4] == UInt8(ascii: "-"), digits[7] == UInt8(ascii: "-"),
            let year = decimal(digits[0..<4]), let month = decimal(digits[5..<7]), let day = decimal(digits[8..<10]),
            (1...12).contains(month), day >= 1
        else { return nil }
        let shifted = month > 2 ? year : year - 1
        let cycle = shifted >= 0 ? shifted / 400 : (shifted - 399) / 400
        let yearOfCycle = shifted - cycle * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        number = cycle * 146_097 + yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear - 719_468
        guard description == text else { return nil }
    }

    package var description: String {
        let shifted = number + 719_468
        let cycle = shifted >= 0 ? shifted / 146_097 : (shifted - 146_096) / 146_097
        let dayOfCycle = shifted - cycle * 146_097
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0)
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, 2)
    }
}

/// The value of one or more ASCII digits; nil for anything else.
func decimal(_ digits: some Collection<UInt8>) -> Int? {
    guard !digits.isEmpty, digits.count <= 18, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
}

private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
