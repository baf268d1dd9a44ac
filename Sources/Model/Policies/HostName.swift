/// A DNS host name in lower case without the dot at its end. Letters, digits, hyphens and underscores (RFC 1123 §2.1, and the
/// underscore that real zones have); other scripts in their `xn--` form (RFC 5890).
package struct HostName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let description: String

    package init?(_ text: some StringProtocol) {
        var name = text.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        guard !name.isEmpty, name.utf8.count <= 253 else { return nil }
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.allSatisfy(Self.isLabel), let last = labels.last, !last.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        description = name
    }

    private static func isLabel(_ label: Substring.UTF8View) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
            && label.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == hyphen || $0 == 0x5f
            }
    }

    /// Whether the name lies below `suffix`; no name lies below itself.
    package func isBelow(_ suffix: HostName) -> Bool {
        description.utf8.count > suffix.description.utf8.count + 1 && description.hasSuffix("." + suffix.description)
    }

    package static func < (left: HostName, right: HostName) -> Bool { left.description < right.description }
}
