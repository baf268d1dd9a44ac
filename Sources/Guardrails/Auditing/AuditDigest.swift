internal import Cryptography

/// The SHA-256 that a record has of itself and of the one before.
package struct AuditDigest: Sendable, Hashable, CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    package let hexadecimal: String

    /// What the first record names as the one before it.
    package static let none = AuditDigest(unchecked: String(repeating: "0", count: hexadecimalLength))
    static let hexadecimalLength = 2 * SHA256.digestLength

    private init(unchecked hexadecimal: String) { self.hexadecimal = hexadecimal }

    init(of bytes: [UInt8]) { hexadecimal = SHA256.hash(bytes).hexadecimal }

    /// Nil when `text` is anything but 64 lower-case hexadecimal digits.
    package init?(hexadecimal text: some Collection<UInt8>) {
        guard text.count == Self.hexadecimalLength, [UInt8](hexadecimal: text) != nil else { return nil }
        hexadecimal = String(decoding: text, as: UTF8.self)
    }

    package var description: String { hexadecimal }
}
