private import CCrypto
package import LinuxSystem

/// Keyed digests (RFC 2104), by OpenSSL.
package enum HMAC {
    /// SHA-1 is for one-time passwords, whose apps know nothing else (RFC 6238); what breaks it as a digest does not break HMAC with it.
    package enum Digest: String, Sendable, CaseIterable {
        case sha1 = "SHA1"
        case sha256 = "SHA256"

        package var length: Int { self == .sha1 ? 20 : 32 }
    }

    package static func authenticate(_ message: [UInt8], key: SecretBytes, using digest: Digest) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: digest.length)
        let algorithm = digest == .sha1 ? EVP_sha1() : EVP_sha256()
        let result = key.withBytes { key in
            // A null pointer would mean "the key before" (HMAC(3)), so an empty key is some address and no bytes.
            withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { empty in
                // SAFETY: key and message are read during the call; the buffer has the bytes that the digest writes.
                CCrypto.HMAC(
                    algorithm, key.baseAddress ?? UnsafeRawPointer(empty.baseAddress), Int32(key.count), message,
                    message.count, &code, nil)
            }
        }
        precondition(result != nil, "HMAC fails only without memory")
        return code
    }
}
