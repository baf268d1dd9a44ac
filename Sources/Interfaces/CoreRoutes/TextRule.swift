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
    /// An absolute time as RFC 3339 has it.
    case time
    /// `T1110`, `T1059.001`.
    case technique

    /// What a person cannot see: blanks of all kinds, control characters, controls of direction.
    private static let invisible =
        #"\u0000-\u0020\u007f-\u00a0\u061c\u1680\u2000-\u200f\u2028-\u202f\u205f\u2066-\u2069\u3000"#
    private static let unwanted =
        #"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"#

    /// As ECMA-262 writes it (JSON Schema 2020-12 §6.4).
    var pattern: String? {
        switch self {
        case .any: nil
        case .notBlank: "[^\(Self.invisible)]"
        case .visible: "^[^\(Self.unwanted)]*[^\(Self.invisible)][^\(Self.unwanted)]*$"
        case .line:
            #"^[^\#(Self.unwanted)\t\n\r\u0085\u2028\u2029]*[^\#(Self.invisible)][^\#(Self.unwanted)\t\n\r\u0085\u2028\u2029]*$"#
        case .time: #"^20[2-9][0-9]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$"#
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
        case .time: return Self.isTime(Array(text.utf8)) ? nil : "is no time like 2026-03-01T12:00:00Z (days up to 28)"
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
        guard bytes.count == 20, bytes.starts(with: Array("20".utf8)), (0x32...0x39).contains(bytes[2]),
            bytes[4] == 0x2d, bytes[7] == 0x2d, bytes[10] == 0x54, bytes[13] == 0x3a, bytes[16] == 0x3a,
            bytes[19] == 0x5a
        else { return false }
        func number(_ index: Int) -> Int? {
            guard (0x30...0x39).contains(bytes[index]), (0x30...0x39).contains(bytes[index + 1]) else { return nil }
            return Int(bytes[index] - 0x30) * 10 + Int(bytes[index + 1] - 0x30)
        }
        guard number(2) != nil, let month = number(5), let day = number(8), let hour = number(11),
            let minute = number(14), let second = number(17)
        else { return false }
        return (1...12).contains(month) && (1...28).contains(day) && hour < 24 && minute < 60 && second < 60
    }

    private static func isTechnique(_ bytes: [UInt8]) -> Bool {
        func areDigits(_ range: Range<Int>) -> Bool { bytes[range].allSatisfy { (0x30...0x39).contains($0) } }
        guard bytes.count == 5 || bytes.count == 9, bytes[0] == UInt8(ascii: "T"), areDigits(1..<5) else {
            return false
        }
        return bytes.count == 5 || (bytes[5] == UInt8(ascii: ".") && areDigits(6..<9))
    }
}
