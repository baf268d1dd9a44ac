/// An IPv4 or IPv6 address as a value: 17 bytes, no allocation, no text until somebody asks.
///
/// The textual form is RFC 5952 for IPv6 (lower case, longest run of zeros shortened) and dotted decimal for IPv4. An IPv4-mapped
/// IPv6 address (`::ffff:a.b.c.d`, RFC 4291 §2.5.5.2) stays IPv6; `unmapped` gives the IPv4 address it carries.
package struct IPAddress: Hashable, Sendable {
    /// The upper and lower halves in host order; an IPv4 address occupies the low 32 bits of `low`.
    package let high: UInt64
    package let low: UInt64
    package let isIPv4: Bool

    package init(ipv4 value: UInt32) {
        high = 0
        low = UInt64(value)
        isIPv4 = true
    }

    package init(ipv6High high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
        isIPv4 = false
    }

    package static let anyIPv4 = IPAddress(ipv4: 0)
    package static let anyIPv6 = IPAddress(ipv6High: 0, low: 0)

    package var bitWidth: Int { isIPv4 ? 32 : 128 }

    /// `0.0.0.0` or `::`: bound to every address of its family, present and future.
    package var isUnspecified: Bool { high == 0 && low == 0 }

    package var isIPv4Mapped: Bool { !isIPv4 && high == 0 && low >> 32 == 0xffff }

    /// The IPv4 address inside an IPv4-mapped IPv6 address; any other address unchanged.
    package var unmapped: IPAddress { isIPv4Mapped ? IPAddress(ipv4: UInt32(truncatingIfNeeded: low)) : self }

    /// `127.0.0.0/8` (RFC 1122) or `::1`, also in IPv4-mapped form.
    package var isLoopback: Bool {
        let address = unmapped
        return address.isIPv4 ? address.low >> 24 == 127 : address.high == 0 && address.low == 1
    }

    /// Reachable only from a local or private network: RFC 1918, RFC 6598 (shared), RFC 3927 and RFC 4291 link-local, RFC 4193.
    package var isPrivate: Bool {
        let address = unmapped
        return AddressRange.privateRanges.contains { $0.contains(address) }
    }

    package var isMulticast: Bool {
        let address = unmapped
        return address.isIPv4 ? address.low >> 28 == 0xe : address.high >> 56 == 0xff
    }
}

extension IPAddress: Comparable {
    /// IPv4 before IPv6, then by value.
    package static func < (left: IPAddress, right: IPAddress) -> Bool {
        if left.isIPv4 != right.isIPv4 { return left.isIPv4 }
        return (left.high, left.low) < (right.high, right.low)
    }
}
