private import CCrypto

/// Bytes that nobody else is to see: a key, a password. Not printed, not encoded, not compared byte by byte, and overwritten when the
/// last owner lets go of them.
package final class SecretBytes: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let storage: Storage

    // @unchecked: the memory is written in init and deinit only.
    private final class Storage: @unchecked Sendable {
        let bytes: UnsafeMutableRawBufferPointer

        init(count: Int) { bytes = .allocate(byteCount: count, alignment: 1) }

        deinit {
            // SAFETY: the buffer is this object's own and goes away with it; OPENSSL_cleanse(3) is not optimised out.
            OPENSSL_cleanse(bytes.baseAddress, bytes.count)
            bytes.deallocate()
        }
    }

    package let count: Int

    /// Takes over `bytes` and overwrites them where they stand. Copies made before are their makers' business.
    package init(consuming bytes: inout [UInt8]) {
        count = bytes.count
        storage = Storage(count: bytes.count)
        storage.bytes.copyBytes(from: bytes)
        wipe(&bytes)
    }

    /// Random bytes, for a new key.
    package init(randomCount count: Int) throws(CryptographyError) {
        self.count = count
        storage = Storage(count: count)
        // SAFETY: the buffer has `count` bytes.
        let status = RAND_priv_bytes(storage.bytes.assumingMemoryBound(to: UInt8.self).baseAddress, Int32(count))
        guard status == 1 else { throw CryptographyError("the random number generator gave nothing") }
    }

    /// Lends the bytes for one call.
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(storage.bytes))
    }

    package var description: String { "<\(count) secret bytes>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Overwrites bytes that were secret, where they stand.
package func wipe(_ bytes: inout [UInt8]) {
    // SAFETY: the buffer is the array's own; OPENSSL_cleanse(3) is not optimised out.
    bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
}
