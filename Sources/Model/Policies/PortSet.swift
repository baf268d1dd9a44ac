import YAML

/// Ports and ranges of ports as a rule names them: 16-bit ports, vsock ports (32 bits), or, of a raw socket, IP protocol numbers.
package struct PortSet: Hashable, Sendable, CustomStringConvertible {
    package let ranges: [ClosedRange<UInt32>]

    package init(_ ranges: [ClosedRange<UInt32>]) { self.ranges = ranges }
    package init(_ port: UInt32) { ranges = [port...port] }

    package func contains(_ port: UInt32) -> Bool { ranges.contains { $0.contains(port) } }

    /// How many ports it names: the fewer, the more specific the rule.
    package var count: UInt64 { ranges.reduce(0) { $0 + UInt64($1.upperBound - $1.lowerBound) + 1 } }

    /// As policies write it: `22`, `8000-8100`, `80,443`.
    package var description: String { rangeTexts.joined(separator: ",") }

    var rangeTexts: [String] {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    }
}

extension PolicyDecoder {
    /// A port, a range `8000-8100`, or a list of both.
    ///
    /// - Parameter limits: the ports there are; outside of them nothing can ever match.
    mutating func ports(_ node: YAMLNode, _ key: some PolicyKey, within limits: ClosedRange<UInt32>) -> PortSet? {
        let ranges = oneOrMore(node, key).compactMap { portRange($0, key, within: limits) }
        return ranges.isEmpty ? nil : PortSet(ranges)
    }

    private mutating func portRange(
        _ node: YAMLNode, _ key: some PolicyKey, within limits: ClosedRange<UInt32>
    ) -> ClosedRange<UInt32>? {
        guard let text = text(node, key) else { return nil }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            .map { decimal(String($0).trimmingSpace.utf8).flatMap { UInt32(exactly: $0) } }
        guard let first = ends[0], let last = ends[ends.count - 1] else {
            report(
                "'\(key.rawValue)' is a number (22) or a range (8000-8100), and \(YAMLError.quote(text)) is neither",
                at: node.position)
            return nil
        }
        guard first <= last else {
            report("range \(YAMLError.quote(text)) is the wrong way round; write \(last)-\(first)", at: node.position)
            return nil
        }
        guard limits.contains(first), limits.contains(last) else {
            report(
                "'\(key.rawValue)' lies between \(limits.lowerBound) and \(limits.upperBound), and \(text) does not",
                at: node.position)
            return nil
        }
        return first...last
    }
}
