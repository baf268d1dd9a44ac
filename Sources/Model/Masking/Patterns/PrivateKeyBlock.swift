/// A private key in PEM (RFC 7468, OpenSSH), or what there is of one.
enum PrivateKeyBlock: SecretPattern {
    static let finds: [(text: String, masked: String)] = [
        (
            "-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----\nafter",
            "-----BEGIN PRIVATE KEY-----[masked]-----END PRIVATE KEY-----\nafter"
        ),
        ("x -----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl", "x -----BEGIN OPENSSH PRIVATE KEY-----[masked]"),
    ]
    static let leaves = [
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----",
        "-----BEGIN", "----- PRIVATE KEY -----",
    ]

    private static let dashes = Array("-----".utf8)

    static func secrets(in text: ScannedText) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var start: Int?
        var index = 0
        while let boundary = boundary(from: index, in: text) {
            index = boundary.range.upperBound
            if boundary.isEnd {
                if let begin = start { found.append(begin..<boundary.range.lowerBound) }
                start = nil
            } else if start == nil {
                start = boundary.range.upperBound
            }
        }
        // A key that is cut off goes as far as what a key is written in: what follows may be what was done.
        if let start { found.append(start..<text.end(from: start, limit: text.count, while: isKeyText)) }
        return found
    }

    /// Base64, line ends in their various spellings, and the headers of an encrypted key.
    private static func isKeyText(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || "+/=\n\r\\:,-".utf8.contains(byte)
    }

    /// The next `-----BEGIN … PRIVATE KEY-----` or `-----END … PRIVATE KEY-----`.
    private static func boundary(from index: Int, in text: ScannedText) -> (range: Range<Int>, isEnd: Bool)? {
        var index = index
        while index + dashes.count < text.count {
            guard text.bytes[index] == dashes[0], text.has("-----", at: index) else {
                index += 1
                continue
            }
            let labelStart = index + dashes.count
            let labelEnd = text.end(from: labelStart, limit: 64) { $0.isLetter || $0 == 0x20 || $0.isDigit }
            let label = labelStart..<labelEnd
            let isEnd = text.bytes[label].starts(with: "END ".utf8)
            if isEnd || text.bytes[label].starts(with: "BEGIN ".utf8),
                text.bytes[label].suffix(11).elementsEqual("PRIVATE KEY".utf8),
                text.has("-----", at: label.upperBound)
            {
                return (index..<(label.upperBound + dashes.count), isEnd)
            }
            index += 1
        }
        return nil
    }
}
