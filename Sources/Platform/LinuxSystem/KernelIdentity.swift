private import Glibc

/// What the running kernel says of itself (uname(2)).
package struct KernelIdentity: Sendable, Hashable {
    package let hostname: String
    package let release: String

    package static var current: KernelIdentity {
        var names = utsname()
        // uname(2) fails only for a bad address.
        uname(&names)
        return KernelIdentity(hostname: text(names.nodename), release: text(names.release))
    }

    /// SAFETY: the kernel ends each field, an array of bytes, with a zero.
    private static func text<Field>(_ field: Field) -> String {
        withUnsafeBytes(of: field) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
