package import Cryptography
package import LinuxSystem

/// What is kept of a token: who has it, what it is good for, and a hash to know it by. The token itself is 256 random bits, so that a fast
/// hash says nothing of it; nobody can guess one, with the hash or without.
package struct APIToken: Sendable, Hashable {
    package enum Holder: String, Sendable, CaseIterable {
        case person, program
    }

    /// The name that histories and feedback carry.
    package var name: Name
    package var holder: Holder
    package var scopes: Set<APIScope>
    /// SHA-256 of the token's text.
    package var hash: [UInt8]
    /// Seconds since the epoch.
    package var createdAt: Int64
    package var expiresAt: Int64?

    package init(
        name: Name, holder: Holder, scopes: Set<APIScope>, hash: [UInt8], createdAt: Int64, expiresAt: Int64? = nil
    ) {
        self.name = name
        self.holder = holder
        self.scopes = scopes
        self.hash = hash
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    package func isExpired(at seconds: Int64) -> Bool { expiresAt.map { $0 <= seconds } ?? false }

    /// Letters, digits, `.`, `_`, `@` and `-`, up to 64, the first a letter or digit.
    package struct Name: Sendable, Hashable, Comparable, CustomStringConvertible {
        package let description: String

        package init?(_ text: String) {
            func isPlain(_ byte: UInt8) -> Bool {
                (0x61...0x7a).contains(byte | 0x20) || (0x30...0x39).contains(byte)
            }
            guard (1...64).contains(text.utf8.count), text.utf8.first.map(isPlain) == true,
                text.utf8.allSatisfy({ isPlain($0) || "._@-".utf8.contains($0) })
            else { return nil }
            description = text
        }

        package static func < (left: Name, right: Name) -> Bool { left.description < right.description }
    }

    // Scanners that look for secrets in repositories and logs know one by how it begins.
    static let prefix = "bailey_"
    static let randomCount = 32

    /// A new token's text.
    package static func random() throws(CryptographyError) -> SecretBytes {
        var bytes = try randomBytes(randomCount)
        defer { bytes.wipe(0..<bytes.count) }
        var text = Array(prefix.utf8) + Array(bytes.hexadecimal.utf8)
        return SecretBytes(consuming: &text)
    }

    /// Why a secret that somebody else chose is none to be let in by; nil when it can be. What is looked for is what stands in examples,
    /// and what could be guessed.
    package static func objection(to secret: [UInt8]) -> String? {
        guard (40...512).contains(secret.count), secret.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            return "has to have 40 to 512 printable characters without blanks"
        }
        let text = String(decoding: secret, as: UTF8.self).lowercased()
        if Placeholder.words.contains(where: text.contains) { return "is a placeholder" }
        return Set(secret).count < 12 ? "is the same few characters over and over" : nil
    }

    package static func hash(of token: SecretBytes) -> [UInt8] {
        token.withBytes { bytes in
            var text = Array(bytes)
            defer { text.wipe(0..<text.count) }
            return SHA256.hash(text)
        }
    }
}
