private import CLinux
private import Glibc

/// Bytes that nobody else is to see: a key, a password, a code. Not printed, not encoded, not compared byte by byte, and overwritten when
/// the last owner lets go of them. They are in pages of their own, which are no part of core dumps (madvise(2)) and, as far as the limit
/// of locked memory goes (mlock(2)), never in the swap.
package final class SecretBytes: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let storage: Storage
    package let count: Int

    /// Copies `bytes`; who handed them over wipes them (`Array.wipe`).
    package init(_ bytes: some Collection<UInt8>) {
        count = bytes.count
        storage = Storage(capacity: bytes.count)
        storage.bytes.copyBytes(from: bytes)
    }

    /// Takes over `bytes` and overwrites them where they stand. Copies made before are their makers' business.
    package convenience init(consuming bytes: inout [UInt8]) {
        self.init(bytes)
        bytes.wipe(0..<bytes.count)
    }

    /// What `body` writes into `count` bytes of zeros.
    package init<Failure: Error>(
        count: Int, filledBy body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        self.count = count
        storage = Storage(capacity: count)
        try body(UnsafeMutableRawBufferPointer(rebasing: storage.bytes[..<count]))
    }

    fileprivate init(_ storage: Storage, count: Int) {
        self.storage = storage
        self.count = count
    }

    /// Lends the bytes for one call.
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(rebasing: storage.bytes[..<count]))
    }

    package var description: String { "<a secret>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }

    // @unchecked: the memory is written before the secret is handed out, and in deinit.
    fileprivate final class Storage: @unchecked Sendable {
        let bytes: UnsafeMutableRawBufferPointer

        init(capacity: Int) {
            // Pages are not shared with anything else: locks do not nest, and unlocking one secret would unlock its neighbour.
            let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
            let size = max(1, (capacity + pageSize - 1) / pageSize) * pageSize
            let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            guard let start, start != UnsafeMutableRawPointer(bitPattern: -1) else {
                preconditionFailure("no memory for a secret")
            }
            bytes = UnsafeMutableRawBufferPointer(start: start, count: size)
            // Where either is refused the secret is as safe as any other memory: no reason to do without it.
            mlock(start, size)
            madvise(start, size, MADV_DONTDUMP)
        }

        deinit {
            // SAFETY: the pages are this object's own and go away with it; explicit_bzero(3) is not optimised out.
            bailey_wipe(bytes.baseAddress, bytes.count)
            munmap(bytes.baseAddress, bytes.count)
        }
    }
}

extension SecretBytes: Equatable {
    /// In a time that depends on the lengths alone.
    package static func == (left: SecretBytes, right: SecretBytes) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left.storage.bytes[..<left.count], right.storage.bytes[..<right.count])
            .reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// What the broker's protocol calls a secret that a person typed.
package typealias TypedSecret = SecretBytes

extension SecretBytes {
    /// A secret while it is typed, key by key.
    package struct Line: ~Copyable {
        private let storage: Storage
        private let limit: Int
        package private(set) var count = 0

        package init(limit: Int) {
            self.limit = limit
            storage = Storage(capacity: limit)
        }

        /// False when it is full.
        package mutating func append(_ byte: UInt8) -> Bool {
            guard count < limit else { return false }
            storage.bytes[count] = byte
            count += 1
            return true
        }

        /// Takes away the last character of UTF-8.
        package mutating func removeLastCharacter() {
            while count > 0 {
                count -= 1
                let byte = storage.bytes[count]
                storage.bytes[count] = 0
                if byte & 0xc0 != 0x80 { return }
            }
        }

        package mutating func removeAll() {
            bailey_wipe(storage.bytes.baseAddress, storage.bytes.count)
            count = 0
        }

        package consuming func finished() -> SecretBytes { SecretBytes(storage, count: count) }
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
