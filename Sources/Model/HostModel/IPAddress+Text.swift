extension IPAddress: CustomStringConvertible, LosslessStringConvertible {
    package var description: String {
        var text: [UInt8] = []
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the textual form to `bytes`: what a listing of 100,000 sockets calls, so no `String` in between.
    package func append(to bytes: inout [UInt8]) {
        if isIPv4 {
            appendDotted(UInt32(truncatingIfNeeded: low), to: &bytes)
        } else if isIPv4Mapped {
            bytes.append(contentsOf: "::ffff:".utf8)
            appendDotted(UInt32(truncatingIfNeeded: low), to: &bytes)
        } else {
            appendIPv6(to: &bytes)
        }
    }

    private func group(_ index: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64(48 - 16 * (index & 3)))
    }

    /// RFC 5952 §4.2: the longest run of two or more zero groups becomes `::`, the first of equals.
    private func appendIPv6(to bytes: inout [UInt8]) {
        var bestStart = -1
        var bestLength = 1
        var index = 0
        while index < 8 {
            var end = index
            while end < 8, group(end) == 0 { end += 1 }
            if end - index > bestLength { (bestStart, bestLength) = (index, end - index) }
            index = max(end, index + 1)
        }
        index = 0
        while index < 8 {
            if index == bestStart {
                bytes.append(contentsOf: "::".utf8)
                index += bestLength
                continue
            }
            if index > 0, index != bestStart + bestLength || bestStart < 0 { bytes.append(UInt8(ascii: ":")) }
            appendHexadecimal(group(index), to: &bytes)
            index += 1
        }
    }

    /// Reads dotted decimal (four parts, no leading zeros) or any RFC 4291 §2.2 form; no zone, no prefix length.
    package init?(_ text: some StringProtocol) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let groups = Self.parseIPv6(text) else { return nil }
            let high = groups[0..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
            self.init(ipv6High: high, low: groups[4..<8].reduce(UInt64(0)) { $0 << 16 | UInt64($1) })
        } else {
            guard let value = Self.parseIPv4(text) else { return nil }
            self.init(ipv4: value)
        }
    }

    private static func parseIPv4(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            let digits = part.utf8
            guard (1...3).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
                digits.count == 1 || digits.first != 0x30, let number = UInt8(part)
            else { return nil }
            value = value << 8 | UInt32(number)
        }
        return value
    }

    private static func parseIPv6(_ text: some StringProtocol) -> [UInt16]? {
        guard text.utf8.count <= 45 else { return nil }
        guard let gap = text.firstRange(ofColons: 2) else {
            return parseGroups(text).flatMap { $0.count == 8 ? $0 : nil }
        }
        let rest = text[gap.upperBound...]
        guard !rest.hasPrefix(":"), let head = parseGroups(text[..<gap.lowerBound]), let tail = parseGroups(rest),
            head.count + tail.count < 8
        else { return nil }
        return head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    /// Groups of up to four hexadecimal digits; the last may be dotted decimal and then counts as two. Empty text is no group.
    private static func parseGroups(_ text: some StringProtocol) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.utf8.contains(UInt8(ascii: ".")) {
                guard let value = parseIPv4(part) else { return nil }
                groups += [UInt16(value >> 16), UInt16(truncatingIfNeeded: value)]
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(\.isHexadecimalDigit),
                    let value = UInt16(part, radix: 16)
                else { return nil }
                groups.append(value)
            }
        }
        return groups
    }
}

extension StringProtocol {
    fileprivate func firstRange(ofColons count: Int) -> Range<Index>? {
        var start = startIndex
        while let first = self[start...].firstIndex(of: ":") {
            var end = first
            var found = 0
            while end < endIndex, found < count, self[end] == ":" {
                end = index(after: end)
                found += 1
            }
            if found == count { return first..<end }
            start = end
        }
        return nil
    }
}

extension UInt8 {
    fileprivate var isHexadecimalDigit: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }
}

private func appendDotted(_ value: UInt32, to bytes: inout [UInt8]) {
    for shift in [24, 16, 8, 0] as [UInt32] {
        appendDecimal(UInt64(value >> shift & 0xff), to: &bytes)
        if shift > 0 { bytes.append(UInt8(ascii: ".")) }
    }
}

private func appendHexadecimal(_ value: UInt16, to bytes: inout [UInt8]) {
    var started = false
    for shift in [12, 8, 4, 0] as [UInt16] {
        let digit = UInt8(value >> shift & 0xf)
        if digit != 0 || started || shift == 0 {
            started = true
            bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }
}

/// Appends `value` in decimal digits.
package func appendDecimal(_ value: UInt64, to bytes: inout [UInt8]) {
    if value < 10 {
        bytes.append(0x30 + UInt8(value))
        return
    }
    var power: UInt64 = 10
    while value / power >= 10 { power *= 10 }
    while power > 0 {
        bytes.append(0x30 + UInt8(value / power % 10))
        power /= 10
    }
}
