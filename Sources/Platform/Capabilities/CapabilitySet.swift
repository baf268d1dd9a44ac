private import CCap

/// Rights of root, each by itself (capabilities(7)). Bit N stands for the kernel's capability N.
package struct CapabilitySet: Sendable, Hashable {
    package let bits: UInt64

    package init(bits: UInt64 = 0) { self.bits = bits }

    /// A name that libcap does not know, or that this kernel does not have.
    package struct UnknownName: Error, Sendable, Hashable, CustomStringConvertible {
        package let name: String

        package var description: String { "\(name.debugDescription) is no capability that this kernel has" }
    }

    /// By name, in any case, with or without `cap_`: `net_bind_service`, `CAP_NET_BIND_SERVICE`.
    package init(names: some Sequence<String>) throws(UnknownName) {
        var bits: UInt64 = 0
        for name in names { bits |= 1 << UInt64(try Self.number(of: name)) }
        self.bits = bits
    }

    private static func number(of name: String) throws(UnknownName) -> cap_value_t {
        let lowered = name.lowercased()
        let full = lowered.hasPrefix("cap_") ? lowered : "cap_\(lowered)"
        var value: cap_value_t = 0
        // libcap also reads plain numbers, which no policy should be written in, and stops at a zero byte.
        guard full.utf8.allSatisfy({ (0x61...0x7a).contains($0) || $0 == 0x5f || (0x30...0x39).contains($0) }),
            full.utf8.dropFirst(4).contains(where: { (0x61...0x7a).contains($0) }),
            cap_from_name(full, &value) == 0, value < cap_max_bits()
        else { throw UnknownName(name: name) }
        return value
    }

    package var isEmpty: Bool { bits == 0 }

    package func contains(_ other: CapabilitySet) -> Bool { bits & other.bits == other.bits }

    /// Names as libcap writes them, in the kernel's order: `cap_net_bind_service`. Those it has no name for are `cap_41`.
    package var names: [String] {
        (0..<64).filter { bits >> UInt64($0) & 1 == 1 }.map { number in
            guard let name = cap_to_name(cap_value_t(number)) else { return "cap_\(number)" }
            // SAFETY: the string is ours and is freed after it was copied (cap_to_name(3)).
            defer { cap_free(name) }
            let text = String(cString: name)
            return text.hasPrefix("cap_") ? text : "cap_\(text)"
        }
    }

    /// All that this kernel has.
    package static var all: CapabilitySet {
        let count = UInt64(max(0, min(64, cap_max_bits())))
        return CapabilitySet(bits: count == 64 ? .max : (1 << count) - 1)
    }
}
