/// The capabilities that a file gives to whoever runs it: its extended attribute `security.capability` (capabilities(7), "File
/// capability extended attribute versioning").
package struct FileCapabilities: Sendable, Hashable {
    /// Bit sets by capability number.
    package let permitted: UInt64
    package let inheritable: UInt64
    /// What is permitted is in effect from the start, without the program asking for it.
    package let isEffective: Bool
    /// The user id that is root in the user namespace where they count; nil, as in versions 1 and 2, for the host's own.
    package let rootUser: UInt32?

    /// `struct vfs_ns_cap_data`, little-endian: magic with the version in its highest byte and the effective bit in its lowest, then
    /// permitted and inheritable, the lower halves first; version 3 ends with the root user. Nil when it is none of these.
    ///
    /// | version | bytes | words a set |
    /// |---|---|---|
    /// | 1 | 12 | 1 |
    /// | 2 | 20 | 2 |
    /// | 3 | 24 | 2, root user |
    package init?(attribute bytes: [UInt8]) {
        func word(_ index: Int) -> UInt32 {
            bytes[(index * 4)..<(index * 4 + 4)].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
        guard bytes.count >= 12 else { return nil }
        let magic = word(0)
        switch (magic >> 24, bytes.count) {
        case (1, 12):
            (permitted, inheritable, rootUser) = (UInt64(word(1)), UInt64(word(2)), nil)
        case (2, 20), (3, 24):
            permitted = UInt64(word(1)) | UInt64(word(3)) << 32
            inheritable = UInt64(word(2)) | UInt64(word(4)) << 32
            rootUser = magic >> 24 == 3 ? word(5) : nil
        default: return nil
        }
        isEffective = magic & 1 == 1
    }

    /// Whether a process of the host's own user namespace gets anything by them. Those for the root of another one count only there.
    package var countOnHost: Bool { permitted != 0 && (rootUser ?? 0) == 0 }

    /// The numbers of the permitted capabilities, ascending.
    package var numbers: [Int] { (0..<64).filter { permitted >> UInt64($0) & 1 == 1 } }
}
