private import CCrypto
package import LinuxSystem

/// Slow hashes of secrets that people choose (RFC 7914), by OpenSSL.
package enum Scrypt {
    /// What a hash costs: 128 · 2^`logN` · `r` bytes of memory, and time in proportion to that and `p`.
    package struct Cost: Sendable, Hashable {
        package var logN: Int
        package var r: Int
        package var p: Int

        package init(logN: Int, r: Int, p: Int) {
            self.logN = logN
            self.r = r
            self.p = p
        }

        /// 32 MiB and some 0.3 s: one of the equal settings of the OWASP Password Storage Cheat Sheet.
        package static let standard = Cost(logN: 15, r: 8, p: 3)

        /// What is taken from a file. The bounds keep a forged hash from taking a host's memory or time.
        var isAcceptable: Bool {
            (1...20).contains(logN) && (1...32).contains(r) && (1...16).contains(p) && memory <= 256 << 20
        }

        fileprivate var memory: Int { 128 * r << logN }
    }

    /// The key that a password and a salt make.
    package static func derive(
        _ password: SecretBytes, salt: [UInt8], cost: Cost, count: Int
    ) throws(CryptographyError) -> [UInt8] {
        guard cost.isAcceptable else { throw CryptographyError("the cost of the hash is out of bounds") }
        var key = [UInt8](repeating: 0, count: count)
        // Beside the large block there are small ones for p, and OpenSSL refuses what needs more than it is told.
        let limit = UInt64(cost.memory + 128 * cost.r * (cost.p + 4) + 1 << 20)
        let status = password.withBytes { password in
            // SAFETY: password and salt are read during the call; the buffer has `count` bytes. A null pointer is an empty password.
            EVP_PBE_scrypt(
                password.baseAddress?.assumingMemoryBound(to: CChar.self), password.count, salt, salt.count,
                1 << UInt64(cost.logN), UInt64(cost.r), UInt64(cost.p), limit, &key, count)
        }
        guard status == 1 else {
            ERR_clear_error()
            throw CryptographyError("the hash could not be computed: it takes \(cost.memory >> 20) MiB of memory")
        }
        return key
    }
}

/// A hash of a secret and all that checking another against it needs, in the PHC string format:
/// `$scrypt$ln=15,r=8,p=3$SALT$HASH`, both in base64 without padding.
package struct SecretHash: Sendable, Hashable, CustomStringConvertible {
    private let cost: Scrypt.Cost
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// Hashes `secret` with a salt of its own.
    package init(of secret: SecretBytes, cost: Scrypt.Cost = .standard) throws(CryptographyError) {
        self.cost = cost
        salt = try randomBytes(16)
        hash = try Scrypt.derive(secret, salt: salt, cost: cost, count: 32)
    }

    /// Lengths of a hash, in bytes. Any other is a torn one: what is left of a key is what scrypt makes of a shorter one (RFC 7914 §6).
    private static let lengths: Set = [32, 64]

    /// Reads what `text` writes. The error says nothing of the text.
    package init(text: String) throws(CryptographyError) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt", let cost = Self.cost(parts[2]),
            let salt = Base64.decode(String(parts[3]), padded: false), (8...64).contains(salt.count),
            let hash = Base64.decode(String(parts[4]), padded: false), Self.lengths.contains(hash.count)
        else { throw CryptographyError("not a hash of the form $scrypt$ln=…,r=…,p=…$salt$hash") }
        guard cost.isAcceptable else { throw CryptographyError("the cost of the hash is out of bounds") }
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    package var text: String {
        let fields = "ln=\(cost.logN),r=\(cost.r),p=\(cost.p)"
        return "$scrypt$\(fields)$\(Base64.encode(salt, padded: false))$\(Base64.encode(hash, padded: false))"
    }

    /// Not the text: a hash can be guessed against.
    package var description: String { "<scrypt hash>" }

    /// Whether `secret` is the one that was hashed.
    package func matches(_ secret: SecretBytes) throws(CryptographyError) -> Bool {
        areEqualInConstantTime(try Scrypt.derive(secret, salt: salt, cost: cost, count: hash.count), hash)
    }

    private static func cost(_ text: Substring) -> Scrypt.Cost? {
        let fields = text.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 3 else { return nil }
        var values: [Int] = []
        for (field, name) in zip(fields, ["ln=", "r=", "p="]) {
            guard field.hasPrefix(name), let value = UInt16(field.dropFirst(name.count)) else { return nil }
            values.append(Int(value))
        }
        return Scrypt.Cost(logN: values[0], r: values[1], p: values[2])
    }
}
