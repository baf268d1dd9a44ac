/// Reads fixed-size numbers from bytes that came from outside, in order, never past their end.
///
/// Netlink is in host order but for ports and addresses, which are in network order; the name of each read says which. A reader lives no
/// longer than the closure that was handed its bytes.
package struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    package var remaining: Int { bytes.count - offset }

    /// The next number in host order; nil when fewer bytes are left than it takes.
    @inline(__always)
    package mutating func next<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type = Number.self)
        -> Number?
    {
        let size = MemoryLayout<Number>.size
        guard remaining >= size else { return nil }
        defer { offset += size }
        // SAFETY: the bounds are checked above (and again, with a trap, by loadUnaligned), and every bit pattern is an integer.
        return bytes.loadUnaligned(fromByteOffset: offset, as: Number.self)
    }

    /// The next number in network order.
    @inline(__always)
    package mutating func nextBigEndian<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type = Number.self
    ) -> Number? {
        next(type).map { Number(bigEndian: $0) }
    }

    /// Steps over `count` bytes; false when they are not there.
    package mutating func skip(_ count: Int) -> Bool {
        guard count >= 0, remaining >= count else { return false }
        offset += count
        return true
    }

    /// The next `count` bytes, as input for a reader of their own.
    package mutating func span(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, remaining >= count else { return nil }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
    }

    /// What is left, as bytes.
    package func rest() -> [UInt8] { Array(bytes[offset...]) }
}

extension UnsafeRawBufferPointer {
    /// The number at `offset` in host order; nil when the bytes end before it does.
    @inline(__always)
    func number<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int, _ type: Number.Type) -> Number? {
        guard count >= offset + MemoryLayout<Number>.size else { return nil }
        // SAFETY: the bounds are checked above, and every bit pattern is an integer.
        return loadUnaligned(fromByteOffset: offset, as: Number.self)
    }
}
