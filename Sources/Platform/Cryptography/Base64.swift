private import CCrypto

/// Base64 (RFC 4648 §4), by OpenSSL.
enum Base64 {
    static func encode(_ bytes: [UInt8], padded: Bool = true) -> String {
        var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        // SAFETY: EVP_EncodeBlock(3) writes four characters for each three bytes begun, and a zero.
        let count = Int(EVP_EncodeBlock(&text, bytes, Int32(bytes.count)))
        let characters = text[..<count]
        let pad = UInt8(ascii: "=")
        return String(decoding: padded ? characters : characters.prefix { $0 != pad }, as: UTF8.self)
    }

    /// Nil when `text` is not what `encode` writes, with or without padding as said.
    static func decode(_ text: String, padded: Bool = true) -> [UInt8]? {
        let characters = Array(text.utf8)
        let missing = (4 - characters.count % 4) % 4
        guard missing < 3, !padded || missing == 0, characters.count < 1 << 20 else { return nil }
        let whole = characters + [UInt8](repeating: UInt8(ascii: "="), count: missing)
        var bytes = [UInt8](repeating: 0, count: whole.count / 4 * 3)
        // SAFETY: EVP_DecodeBlock(3) writes three bytes for each four characters, padding decoded as zeros.
        let count = Int(EVP_DecodeBlock(&bytes, whole, Int32(whole.count)))
        guard count == bytes.count else { return nil }
        bytes.removeLast(whole.suffix(2).count { $0 == UInt8(ascii: "=") })
        // Blanks, bits beyond the end and padding in the middle are let pass by OpenSSL.
        return encode(bytes, padded: padded) == text ? bytes : nil
    }
}

extension [UInt8] {
    /// As Base64, with padding.
    package var base64: String { Base64.encode(self) }
}
