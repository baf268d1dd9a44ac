extension JSONWriter {
    /// Appends `text` as a JSON string. Beyond what RFC 8259 §7 asks for, these are escaped as well:
    /// - `<`, `>`, `&`, U+2028 and U+2029, so that a document may stand inside an HTML script element;
    /// - DEL, C1 controls (U+009B starts a terminal sequence) and bidirectional controls (CVE-2021-42574), because people print documents.
    mutating func appendQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            var start = 0
            var index = 0
            while index < utf8.count {
                guard Self.mayNeedEscape(utf8[index]), let escape = Self.escape(at: index, in: utf8) else {
                    index += 1
                    continue
                }
                bytes.append(contentsOf: utf8[start..<index])
                bytes.append(contentsOf: escape.text.utf8)
                index += escape.consumed
                start = index
            }
            bytes.append(contentsOf: utf8[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A quick look at one byte; most text ends here. 0xc2, 0xd8 and 0xe2 lead the longer sequences `escape(at:in:)` looks into.
    private static func mayNeedEscape(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<0x20, 0x22, 0x26, 0x3c, 0x3e, 0x5c, 0x7f, 0xc2, 0xd8, 0xe2: true
        default: false
        }
    }

    private static func escape(
        at index: Int, in utf8: UnsafeBufferPointer<UInt8>
    ) -> (text: String, consumed: Int)? {
        func next(_ offset: Int) -> UInt8 { index + offset < utf8.count ? utf8[index + offset] : 0 }
        switch utf8[index] {
        case UInt8(ascii: "\""): return ("\\\"", 1)
        case UInt8(ascii: "\\"): return ("\\\\", 1)
        case 0x0a: return ("\\n", 1)
        case 0x0d: return ("\\r", 1)
        case 0x09: return ("\\t", 1)
        case 0xc2 where (0x80...0x9f).contains(next(1)):
            return (unicodeEscape(UInt32(next(1))), 2)
        case 0xd8 where next(1) == 0x9c:
            return (unicodeEscape(0x061c), 2)
        case 0xe2:
            let scalar = 0x2000 | UInt32(next(1) & 0x3f) << 6 | UInt32(next(2) & 0x3f)
            switch scalar {
            case 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: return (unicodeEscape(scalar), 3)
            default: return nil
            }
        case let byte where byte < 0x80: return (unicodeEscape(UInt32(byte)), 1)
        default: return nil
        }
    }

    private static func unicodeEscape(_ scalar: UInt32) -> String {
        let digits = String(scalar, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
