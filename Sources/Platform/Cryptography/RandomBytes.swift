private import CCrypto

/// `count` bytes that nobody can foretell (RAND_bytes(3)), for salts and ids.
package func randomBytes(_ count: Int) throws(CryptographyError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    // SAFETY: the buffer has `count` bytes.
    guard RAND_bytes(&bytes, Int32(count)) == 1 else {
        throw CryptographyError("the random number generator gave nothing")
    }
    return bytes
}

/// Whether both are the same, in a time that depends on their lengths alone (CRYPTO_memcmp(3)).
package func areEqualInConstantTime(_ first: [UInt8], _ second: [UInt8]) -> Bool {
    // SAFETY: both buffers have as many bytes as are compared.
    first.count == second.count && CRYPTO_memcmp(first, second, first.count) == 0
}
