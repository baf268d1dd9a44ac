/// A block of addresses of one family in CIDR notation (RFC 4632): `10.0.0.0/8`, `fd00::/8`, or one address alone.
package struct AddressRange: Hashable, Sendable {
    package let base: IPAddress
    package let prefixLength: Int

    /// Nil when the prefix is longer than the address, or when address bits are set beyond the prefix (`10.0.0.1/8`).
    package init?(base: IPAddress, prefixLength: Int) {
        guard (0...base.bitWidth).contains(prefixLength) else { return nil }
        self.base = base
        self.prefixLength = prefixLength
        guard contains(base), base == masked(base) else { return nil }
    }

    package init(_ address: IPAddress) {
        base = address
        prefixLength = address.bitWidth
    }

    /// The block of the given size that `address` lies in; a prefix longer than the address is the address alone.
    package init(covering address: IPAddress, prefixLength: Int) {
        self.prefixLength = min(max(prefixLength, 0), address.bitWidth)
        base = Self.masked(address, to: self.prefixLength)
    }

    /// Whether `address` lies in the block. IPv4-mapped IPv6 addresses are compared as the IPv4 addresses they carry.
    package func contains(_ address: IPAddress) -> Bool {
        let candidate = base.isIPv4 ? address.unmapped : address
        return candidate.isIPv4 == base.isIPv4 && masked(candidate) == base
    }

    private func masked(_ address: IPAddress) -> IPAddress { Self.masked(address, to: prefixLength) }

    private static func masked(_ address: IPAddress, to prefixLength: Int) -> IPAddress {
        if address.isIPv4 {
            let mask = prefixLength == 0 ? 0 : UInt32.max << UInt32(32 - prefixLength)
            return IPAddress(ipv4: UInt32(truncatingIfNeeded: address.low) & mask)
        }
        let highMask = prefixLength == 0 ? 0 : prefixLength >= 64 ? UInt64.max : UInt64.max << UInt64(64 - prefixLength)
        let lowMask = prefixLength <= 64 ? 0 : UInt64.max << UInt64(128 - prefixLength)
        return IPAddress(ipv6High: address.high & highMask, low: address.low & lowMask)
    }

    static let privateRanges: [AddressRange] = [
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10",
    ].compactMap { AddressRange($0) }
}

extension AddressRange: CustomStringConvertible, LosslessStringConvertible {
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else { return nil }
        guard parts.count == 2 else {
            self.init(address)
            return
        }
        guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1]) else { return nil }
        self.init(base: address, prefixLength: length)
    }

    package var description: String { prefixLength == base.bitWidth ? "\(base)" : "\(base)/\(prefixLength)" }
}
