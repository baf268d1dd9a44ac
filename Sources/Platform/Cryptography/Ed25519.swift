private import CCrypto
package import LinuxSystem

/// Signatures by Ed25519 (RFC 8032), by OpenSSL.
package enum Ed25519 {
    package static let signatureLength = 64

    /// A key to sign with: the 32 bytes that RFC 8032 §5.1.5 calls the private key.
    package struct PrivateKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
        package static let length = 32

        package let rawBytes: SecretBytes
        package let publicKey: PublicKey

        /// A new key.
        package init() throws(CryptographyError) {
            try self.init(rawBytes: try SecretBytes(randomCount: Self.length))
        }

        package init(rawBytes: SecretBytes) throws(CryptographyError) {
            guard rawBytes.count == Self.length else {
                throw CryptographyError("an Ed25519 key has \(Self.length) bytes, not \(rawBytes.count)")
            }
            self.rawBytes = rawBytes
            let key = try Handle(privateKey: rawBytes)
            var bytes = [UInt8](repeating: 0, count: PublicKey.length)
            var count = bytes.count
            // SAFETY: the buffer has `count` bytes, which an Ed25519 key fills (EVP_PKEY_get_raw_public_key(3)).
            guard EVP_PKEY_get_raw_public_key(key.pointer, &bytes, &count) == 1, count == bytes.count else {
                throw CryptographyError("the public key could not be told")
            }
            publicKey = try PublicKey(rawBytes: bytes)
        }

        /// The 64-byte signature of `message`; the same each time.
        package func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
            let key = try Handle(privateKey: rawBytes)
            let context = Context()
            var signature = [UInt8](repeating: 0, count: signatureLength)
            var count = signature.count
            // SAFETY: message and signature outlive the calls, and the signature buffer has the 64 bytes that Ed25519 writes.
            guard EVP_DigestSignInit(context.pointer, nil, nil, nil, key.pointer) == 1,
                EVP_DigestSign(context.pointer, &signature, &count, message, message.count) == 1,
                count == signature.count
            else { throw CryptographyError("signing failed") }
            return signature
        }

        package var description: String { "<private key of \(publicKey.rawBytes.hexadecimal)>" }
        package var debugDescription: String { description }
    }

    package struct PublicKey: Sendable, Hashable {
        package static let length = 32

        package let rawBytes: [UInt8]

        package init(rawBytes: [UInt8]) throws(CryptographyError) {
            guard rawBytes.count == Self.length else {
                throw CryptographyError("an Ed25519 public key has \(Self.length) bytes, not \(rawBytes.count)")
            }
            self.rawBytes = rawBytes
        }

        /// Whether `signature` was made of `message` with this key's private key.
        package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
            guard signature.count == signatureLength, let key = Handle(publicKey: rawBytes) else { return false }
            let context = Context()
            // SAFETY: message and signature outlive the calls.
            guard EVP_DigestVerifyInit(context.pointer, nil, nil, nil, key.pointer) == 1 else { return false }
            return EVP_DigestVerify(context.pointer, signature, signature.count, message, message.count) == 1
        }
    }

    /// A key as OpenSSL holds it.
    private struct Handle: ~Copyable {
        let pointer: OpaquePointer

        init(privateKey: SecretBytes) throws(CryptographyError) {
            // SAFETY: OpenSSL copies the key during the call, and wipes its copy when the key is freed.
            let pointer = privateKey.withBytes {
                EVP_PKEY_new_raw_private_key(
                    EVP_PKEY_ED25519, nil, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), $0.count)
            }
            guard let pointer else { throw CryptographyError("OpenSSL did not take the key") }
            self.pointer = pointer
        }

        init?(publicKey: [UInt8]) {
            // SAFETY: OpenSSL copies the key during the call.
            guard let pointer = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicKey, publicKey.count) else {
                ERR_clear_error()
                return nil
            }
            self.pointer = pointer
        }

        deinit { EVP_PKEY_free(pointer) }
    }

    /// One signing or verifying; what OpenSSL noted of a failure goes with it.
    private struct Context: ~Copyable {
        let pointer: OpaquePointer?

        init() { pointer = EVP_MD_CTX_new() }

        deinit {
            EVP_MD_CTX_free(pointer)
            ERR_clear_error()
        }
    }
}

extension Ed25519.PublicKey {
    /// What stands before the 32 bytes in the DER form (RFC 8410 §4): SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING }.
    private static let prefix: [UInt8] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]
    private static let header = "-----BEGIN PUBLIC KEY-----"
    private static let footer = "-----END PUBLIC KEY-----"

    /// The key as other programs read it: `openssl pkeyutl -pubin`.
    package var pem: String { "\(Self.header)\n\(Base64.encode(Self.prefix + rawBytes))\n\(Self.footer)\n" }

    /// Reads what `pem` writes, or 64 hexadecimal digits.
    package init(text: String) throws(CryptographyError) {
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        if lines.count == 1, let bytes = [UInt8](hexadecimal: Array(lines[0].utf8)) {
            try self.init(rawBytes: bytes)
            return
        }
        guard lines.count == 3, lines[0] == Self.header, lines[2] == Self.footer, let der = Base64.decode(lines[1]),
            der.starts(with: Self.prefix)
        else { throw CryptographyError("neither an Ed25519 public key in PEM nor 64 hexadecimal digits") }
        try self.init(rawBytes: Array(der.dropFirst(Self.prefix.count)))
    }
}
