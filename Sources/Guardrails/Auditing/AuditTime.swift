package import struct FoundationEssentials.Date

/// When a record was made, as the wall clock said: `2026-11-21T03:04:05.123Z`, always 24 characters, so that order is the order of the text.
package struct AuditTime: Sendable, Hashable, Comparable, CustomStringConvertible {
    static let length = 24

    package let description: String

    package init(_ date: Date) {
        // What four digits of a year can say; a clock beyond that is broken.
        let seconds = min(max(date.timeIntervalSince1970, -62_135_596_800), 253_402_300_799)
        description = Date(timeIntervalSince1970: seconds).formatted(
            Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// Nil when `text` has another form.
    package init?(text: some Collection<UInt8>) {
        let form = Array("0000-00-00T00:00:00.000Z".utf8)
        guard text.count == form.count else { return nil }
        for (character, expected) in zip(text, form) {
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character)
            guard expected == UInt8(ascii: "0") ? isDigit : character == expected else { return nil }
        }
        description = String(decoding: text, as: UTF8.self)
    }

    package static func < (first: AuditTime, second: AuditTime) -> Bool {
        first.description.utf8.lexicographicallyPrecedes(second.description.utf8)
    }
}
