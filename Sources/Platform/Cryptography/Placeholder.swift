package import LinuxSystem

/// What stands in examples where a secret belongs.
package enum Placeholder {
    package static let words = [
        "changeme", "change-me", "change_me", "placeholder", "example", "replace-me", "replace_me", "your-token",
        "your_token", "yourtoken", "secret-here", "insert-", "xxxxxxxx", "00000000", "12345678", "password", "default-",
        "todo",
    ]

    /// Texts that people leave in place of a token, as they are written whole; a hash of one of these opens to anybody.
    package static let whole = [
        "", "changeme", "change-me", "change_me", "secret", "password", "token", "test", "admin", "bailey", "example",
        "placeholder", "your-token-here", "your_token", "your_token_here", "<token>", "todo", "xxx",
        "bailey_" + String(repeating: "0", count: 64), "bailey_" + String(repeating: "x", count: 64),
    ]

    /// Whether a hash is that of a text that stands in examples.
    package static func isHash(_ hash: [UInt8]) -> Bool {
        (whole + whole.map { $0.uppercased() }).contains { areEqualInConstantTime(SHA256.hash(Array($0.utf8)), hash) }
            || hash.allSatisfy { $0 == 0 }
    }

    /// Whether a secret is none: what stands in examples, whole, or with more around it where it cannot stand in a secret by chance.
    package static func isSecret(_ secret: SecretBytes) -> Bool {
        let text = secret.withBytes { String(decoding: $0, as: UTF8.self) }.lowercased()
        return whole.contains(text) || words.contains { $0.utf8.count >= 8 && text.contains($0) }
    }
}
