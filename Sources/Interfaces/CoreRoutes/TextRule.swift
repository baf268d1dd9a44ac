internal import JSON

/// What a text may be: as a pattern for the document of the API, and as the check itself.
package enum TextRule: Sendable, Hashable {
    /// Anything.
    case any
    /// Something visible in it, whatever else.
    case notBlank
    /// No control characters but tabs and line ends, something visible in it.
    case visible
    /// The same, on one line: a name.
    case line
    /// An absolute time of 1970 to 2099 as RFC 3339 has it: days that the calendar has, `Z` or an offset, up to nine digits after the second.
    /// Leap seconds are no part of what is counted here.
    case time
    /// `T1110`, `T1059.001`.
    case technique

    /// What a person cannot see: blanks of all kinds, control characters, controls of direction.
    private static let invisible =
        #"\u0000-\u0020\u007f-\u00a0\u061c\u1680\u2000-\u200f\u2028-\u202f\u205f\u2066-\u2069\u3000"#
    private static let unwanted =
        #"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"#

    /// Days that the calendar has. Every fourth year of these is a leap year, 2000 too.
    private static let date =
        "(((19[7-9][0-9]|20[0-9]{2})-("
        + "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])))"
        + "|(19(7[26]|8[048]|9[26])|20([02468][048]|[13579][26]))-02-29)"
    private static let clock = #"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?"#
    private static let offset = "([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
    /// From `2026-03-01T12:00:00Z` to `2026-03-01T12:00:00.123456789+01:00`.
    static let timeLengths = 20...35

    /// As ECMA-262 writes it (JSON Schema 2020-12 §6.4).
    var pattern: String? {
        switch self {
        case .any: nil
        case .notBlank: "[^\(Self.invisible)]"
        case .visible: "^[^\(Self.unwanted)]*[^\(Self.invisible)][^\(Self.unwanted)]*$"
        case .line:
            #"^[^\#(Self.unwanted)\t\n\r\u0085\u2028\u2029]*[^\#(Self.invisible)][^\#(Self.unwanted)\t\n\r\u0085\u2028\u2029]*$"#
        case .time: "^\(Self.date)[Tt]\(Self.clock)\(Self.offset)$"
        case .technique: #"^T[0-9]{4}(\.[0-9]{3})?$"#
        }
    }

    /// What it is for people, after "is": nil when the text is that.
    func objection(to text: String) -> String? {
        switch self {
        case .any: return nil
        case .notBlank:
            return text.unicodeScalars.contains { !Self.isInvisible($0) } ? nil : "has nothing visible in it"
        case .visible, .line:
            let scalars = text.unicodeScalars
            if scalars.contains(where: \.isUnwantedControl) { return "has control characters in it" }
            if self == .line, scalars.contains(where: { "\t\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0) }) {
                return "is more than one line"
            }
            return scalars.contains { !Self.isInvisible($0) } ? nil : "has nothing visible in it"
        case .time:
            return Self.isTime(Array(text.utf8))
                ? nil : "is no time like 2026-03-01T12:00:00Z or 2026-03-01T13:00:00+01:00 (in a query + is %2B)"
        case .technique: return Self.isTechnique(Array(text.utf8)) ? nil : "is no technique id like T1110 or T1059.001"
        }
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x20, 0x7f...0xa0, 0x61c, 0x1680, 0x2000...0x200f, 0x2028...0x202f, 0x205f, 0x2066...0x2069, 0x3000:
            true
        default: false
        }
    }

    private static func isTime(_ bytes: [UInt8]) -> Bool {
        guard timeLengths.contains(bytes.count) else { return false }
        func number(_ range: Range<Int>) -> Int? {
            guard bytes[range].allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return bytes[range].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        func has(_ characters: StaticString, at index: Int) -> Bool {
            characters.withUTF8Buffer { $0.contains(bytes[index]) }
        }
        guard let year = number(0..<4), (1970...2099).contains(year), has("-", at: 4), let month = number(5..<7),
            has("-", at: 7), let day = number(8..<10), day > 0, day <= days(of: month, year), has("Tt", at: 10),
            let hour = number(11..<13), hour < 24, has(":", at: 13), let minute = number(14..<16), minute < 60,
            has(":", at: 16), let second = number(17..<19), second < 60
        else { return false }
        var end = 19
        if has(".", at: end) {
            let digits = bytes[20...].prefix { (0x30...0x39).contains($0) }.count
            guard (1...9).contains(digits) else { return false }
            end += 1 + digits
        }
        switch bytes.count - end {
        case 1: return has("Zz", at: end)
        case 6:
            guard has("+-", at: end), let hours = number(end + 1..<end + 3), has(":", at: end + 3),
                let minutes = number(end + 4..<end + 6)
            else { return false }
            return hours < 24 && minutes < 60
        default: return false
        }
    }

    /// None for what is no month.
    private static func days(of month: Int, _ year: Int) -> Int {
        switch month {
        case 1, 3, 5, 7, 8, 10, 12: 31
        case 4, 6, 9, 11: 30
        case 2: year.isMultiple(of: 4) ? 29 : 28
        default: 0
        }
    }

    private static func isTechnique(_ bytes: [UInt8]) -> Bool {
        func areDigits(_ range: Range<Int>) -> Bool { bytes[range].allSatisfy { (0x30...0x39).contains($0) } }
        guard bytes.count == 5 || bytes.count == 9, bytes[0] == UInt8(ascii: "T"), areDigits(1..<5) else {
            return false
        }
        return bytes.count == 5 || (bytes[5] == UInt8(ascii: ".") && areDigits(6..<9))
    }
}
