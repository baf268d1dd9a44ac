/// A form that secrets have in text. What it finds and what it leaves alone stand beside it, and a test holds it to them.
protocol SecretPattern: Sendable {
    /// What it finds: the text, and the text masked.
    static var finds: [(text: String, masked: String)] { get }
    /// What looks like it and is no secret.
    static var leaves: [String] { get }

    /// Where secrets stand in the text. It takes time in proportion to the text, whatever the text is.
    static func secrets(in text: ScannedText) -> [Range<Int>]
}

/// Every pattern, by name.
enum SecretPatterns {
    static let all: [any SecretPattern.Type] = [
        AssignedSecret.self,
        AuthorizationHeader.self,
        IssuedToken.self,
        PrivateKeyBlock.self,
        URLCredentials.self,
    ]
}

/// A text as patterns look at it: bytes, and the same with ASCII letters in lower case.
struct ScannedText {
    let bytes: [UInt8]
    let lowercased: [UInt8]

    init(_ text: String) {
        bytes = Array(text.utf8)
        lowercased = bytes.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
    }

    /// Letters that belong together in the shortest secret which neither a sign nor an option announces.
    private static let shortestToken = 16

    /// Whether any pattern could find something: behind `=` or `:`, behind an option, between dashes, or in a long run of what tokens are
    /// made of. Most values of an alert are names, addresses and words, and are not copied for the look at them.
    static func mayHoldSecret(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var run = 0
            var previous: UInt8 = 0
            for byte in bytes {
                if byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") { return true }
                if byte == UInt8(ascii: "-"), previous == byte { return true }
                run = byte.isTokenPart ? run + 1 : 0
                if run >= shortestToken { return true }
                previous = byte
            }
            return false
        }
    }

    var count: Int { bytes.count }

    subscript(index: Int) -> UInt8? { bytes.indices.contains(index) ? bytes[index] : nil }

    func has(_ text: String, at index: Int) -> Bool { bytes[index...].starts(with: text.utf8) }

    /// The end of the run of bytes from `index` on that `isPart` says yes to.
    func end(from index: Int, limit: Int = .max, while isPart: (UInt8) -> Bool) -> Int {
        var end = index
        while end < bytes.count, end - index < limit, isPart(bytes[end]) { end += 1 }
        return end
    }

    /// The runs of letters, digits, `_`, `-` and `.`: names, and much else.
    func forEachName(_ body: (Range<Int>) -> Void) {
        var index = 0
        while index < bytes.count {
            let end = end(from: index, while: \.isNamePart)
            if end > index { body(index..<end) }
            index = max(end, index + 1)
        }
    }
}

extension UInt8 {
    var isLetter: Bool { (0x41...0x5a).contains(self) || (0x61...0x7a).contains(self) }
    var isDigit: Bool { (0x30...0x39).contains(self) }
    var isNamePart: Bool { isLetter || isDigit || self == 0x5f || self == 0x2d || self == 0x2e }
    var isBlank: Bool { self == 0x20 || (0x09...0x0d).contains(self) }
    var isQuote: Bool { self == UInt8(ascii: "\"") || self == UInt8(ascii: "'") }
    /// What the tokens of RFC 6750 §2.1 are made of.
    var isTokenPart: Bool { isNamePart || self == 0x7e || self == 0x2b || self == 0x2f || self == 0x3d }
}
