private import CCrypto

/// SHA-256 (FIPS 180-4), by OpenSSL.
package enum SHA256 {
    /// The 32-byte digest of `bytes`.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        // SAFETY: both buffers outlive the call, and the digest buffer has the 32 bytes EVP_sha256 writes (EVP_DigestInit(3)).
        let status = EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
        precondition(status == 1, "EVP_Digest fails only without memory")
        return digest
    }
}

extension Collection<UInt8> {
    /// Two lower-case hexadecimal digits a byte.
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
