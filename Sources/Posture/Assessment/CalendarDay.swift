package import FoundationEssentials

/// A day of the calendar in UTC, as documents carry it: `2026-12-21`.
package struct CalendarDay: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let description: String

    private static let format = Date.ISO8601FormatStyle().year().month().day()

    /// The day that `date` lies in.
    package init(_ date: Date) { description = date.formatted(Self.format) }

    /// Nil for anything but a day that exists, written with all its digits: not `2026-2-3`, not `2026-02-30`.
    package init?(_ text: String) {
        guard text.utf8.count == 10, let date = try? Date(text, strategy: Self.format) else { return nil }
        self.init(date)
        guard description == text else { return nil }
    }

    /// Years have four digits, so text order is the order of time.
    package static func < (left: CalendarDay, right: CalendarDay) -> Bool { left.description < right.description }
}

extension Date {
    /// A time as documents carry it (RFC 3339, UTC); nil for anything else.
    init?(documentText text: String) {
        guard text.utf8.count <= 40, let date = try? Date(text, strategy: .iso8601) else { return nil }
        self = date
    }

    /// `2026-12-21T03:04:05Z`.
    var documentText: String { formatted(.iso8601) }

    func adding(days: Int) -> Date { addingTimeInterval(Double(days) * 86_400) }
}
