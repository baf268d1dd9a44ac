private import CCrypto

/// SHA-256 (FIPS 180-4), by OpenSSL.
package enum SHA256 {
    package static let digestLength = 32

    /// Looked up once: with `EVP_sha256` OpenSSL looks it up by name for each digest (EVP_MD_fetch(3)), which takes longer than a short one.
    private static let algorithm = Algorithm()

    // @unchecked: no lock, for what was fetched is never changed, nor freed.
    private struct Algorithm: @unchecked Sendable {
        let pointer = EVP_MD_fetch(nil, "SHA256", nil) ?? EVP_sha256()
    }

    /// The 32-byte digest of `bytes`.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: digestLength)
        // SAFETY: both buffers outlive the call, and the digest buffer has the 32 bytes SHA-256 writes (EVP_DigestInit(3)).
        let status = EVP_Digest(bytes, bytes.count, &digest, nil, algorithm.pointer, nil)
        precondition(status == 1, "EVP_Digest fails only without memory")
        return digest
    }
}

/// SHA-256 of many messages, one after the other, each handed over in pieces. OpenSSL looks an algorithm up by name each time it is asked
/// for a digest in one call; kept, it costs half of that for a message of some hundred bytes.
package struct SHA256Stream: ~Copyable {
    private let context: OpaquePointer
    private let algorithm: OpaquePointer?

    package init() {
        // SAFETY: both are freed in deinit, once; a missing algorithm (no default provider) is caught at the first digest.
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("EVP_MD_CTX_new fails only without memory") }
        self.context = context
        algorithm = EVP_MD_fetch(nil, "SHA256", nil)
        start()
    }

    deinit {
        EVP_MD_CTX_free(context)
        EVP_MD_free(algorithm)
    }

    private func start() {
        precondition(EVP_DigestInit_ex(context, algorithm, nil) == 1, "SHA-256 is in every provider of OpenSSL")
    }

    package func update(_ bytes: ArraySlice<UInt8>) { bytes.withUnsafeBytes { update($0) } }

    package func update(_ bytes: UnsafeRawBufferPointer) {
        // SAFETY: OpenSSL reads `count` bytes during the call only.
        let status = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        precondition(status == 1, "EVP_DigestUpdate fails only on a finished context")
    }

    /// Whether the digest of all that came since the last one is what `text` writes as 64 lower-case hexadecimal digits; what comes next
    /// is a new message.
    package func finish(is text: ArraySlice<UInt8>) -> Bool {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: SHA256.digestLength) { digest in
            finish(into: digest.baseAddress)
            guard text.count == 2 * SHA256.digestLength else { return false }
            return text.withUnsafeBufferPointer { text in
                digest.indices.allSatisfy { index in
                    text[2 * index] == Self.digit(digest[index] >> 4)
                        && text[2 * index + 1] == Self.digit(digest[index] & 15)
                }
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x61 - 10 + value }

    /// The digest of all that came since the last one; what comes next is a new message.
    package func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: SHA256.digestLength)
        finish(into: &digest)
        return digest
    }

    private func finish(into digest: UnsafeMutablePointer<UInt8>?) {
        // SAFETY: both callers' buffers have the 32 bytes SHA-256 writes.
        precondition(
            EVP_DigestFinal_ex(context, digest, nil) == 1, "EVP_DigestFinal_ex fails only on a finished context")
        start()
    }
}
