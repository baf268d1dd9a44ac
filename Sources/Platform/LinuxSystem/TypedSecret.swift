private import Glibc

/// A password or code that a person typed where nobody saw it: not printed, not encoded by accident, and overwritten when its last
/// owner lets go of it.
package final class TypedSecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let storage: Storage

    // @unchecked: the memory is written in init and deinit only.
    private final class Storage: @unchecked Sendable {
        let bytes: UnsafeMutableRawBufferPointer

        init(_ content: some Collection<UInt8>) {
            bytes = .allocate(byteCount: content.count, alignment: 1)
            bytes.copyBytes(from: content)
        }

        deinit {
            // SAFETY: the buffer is this object's own and goes away with it; explicit_bzero(3) is not optimised out.
            if let start = bytes.baseAddress { explicit_bzero(start, bytes.count) }
            bytes.deallocate()
        }
    }

    /// Copies `bytes`; who handed them over wipes them (`wipe(_:)`).
    package init(_ bytes: some Collection<UInt8>) { storage = Storage(bytes) }

    package var count: Int { storage.bytes.count }

    /// Lends the bytes for one call.
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(storage.bytes))
    }

    package var description: String { "<a secret>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension TypedSecret: Equatable {
    /// In a time that depends on the lengths alone.
    package static func == (left: TypedSecret, right: TypedSecret) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left.storage.bytes, right.storage.bytes).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension Array<UInt8> {
    /// Overwrites the bytes in `range`, where they stand, with zeros.
    package mutating func wipe(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "only bytes of the array are wiped")
        withUnsafeMutableBytes { buffer in
            guard let start = buffer.baseAddress else { return }
            // SAFETY: the range lies inside the array; explicit_bzero(3) is not optimised out.
            explicit_bzero(start + range.lowerBound, range.count)
        }
    }
}
