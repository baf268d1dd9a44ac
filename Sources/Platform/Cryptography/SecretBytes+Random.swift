private import CCrypto
package import LinuxSystem

extension SecretBytes {
    /// Random bytes, for a new key.
    package convenience init(randomCount count: Int) throws(CryptographyError) {
        try self.init(count: count) { bytes throws(CryptographyError) in
            // SAFETY: the buffer has `count` bytes.
            let status = RAND_priv_bytes(bytes.assumingMemoryBound(to: UInt8.self).baseAddress, Int32(count))
            guard status == 1 else { throw CryptographyError("the random number generator gave nothing") }
        }
    }
}
