private import CLinux
private import Glibc

/// Bytes that are wiped when they go out of scope, never paged out where the kernel allows that, and shown to nobody by accident: no
/// description, no copy.
package struct SecretBytes: ~Copyable, @unchecked Sendable {
    // @unchecked: it has one owner, and the memory is reached by way of it alone.
    private let storage: UnsafeMutableRawBufferPointer
    package private(set) var count = 0

    package init(capacity: Int) {
        storage = .allocate(byteCount: max(1, capacity), alignment: 16)
        // Beyond the limit of locked memory the secret may reach the swap: no reason to refuse it.
        mlock(storage.baseAddress, storage.count)
    }

    deinit {
        bailey_wipe(storage.baseAddress, storage.count)
        munlock(storage.baseAddress, storage.count)
        storage.deallocate()
    }

    package var capacity: Int { storage.count }

    /// False when it is full.
    package mutating func append(_ byte: UInt8) -> Bool {
        guard count < storage.count else { return false }
        storage[count] = byte
        count += 1
        return true
    }

    /// Takes away the last character of UTF-8.
    package mutating func removeLastCharacter() {
        while count > 0 {
            count -= 1
            let byte = storage[count]
            storage[count] = 0
            if byte & 0xc0 != 0x80 { return }
        }
    }

    package mutating func removeAll() {
        bailey_wipe(storage.baseAddress, storage.count)
        count = 0
    }

    /// The pointer is valid during the call only.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(rebasing: storage[..<count]))
    }
}
