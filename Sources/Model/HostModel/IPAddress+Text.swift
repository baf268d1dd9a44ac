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
        // Most text that is tried is no address, and is looked at by the thousand: bytes, not characters.
        let found = text.utf8.withContiguousStorageIfAvailable { Self(bytes: $0) } ?? Self(copying: Array(text.utf8))
        guard let found else { return nil }
        self = found
    }

    private init?(copying bytes: [UInt8]) {
        guard let found = bytes.withUnsafeBufferPointer({ Self(bytes: $0) }) else { return nil }
        self = found
    }

    private init?(bytes: UnsafeBufferPointer<UInt8>) {
        guard (2...45).contains(bytes.count) else { return nil }
        if bytes.contains(UInt8(ascii: ":")) {
            guard let (high, low) = Self.parseIPv6(bytes[...]) else { return nil }
            self.init(ipv6High: high, low: low)
        } else {
            guard let value = Self.parseIPv4(bytes[...]) else { return nil }
            self.init(ipv4: value)
        }
    }

    private static func parseIPv4(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> UInt32? {
        var (value, part, digits, dots) = (UInt32(0), UInt32(0), 0, 0)
        for byte in bytes {
            switch byte {
            case 0x30...0x39:
                // No leading zeros: some programs would read them as octal.
                guard digits < 3, digits == 0 || part > 0 else { return nil }
                part = part * 10 + UInt32(byte - 0x30)
                digits += 1
            case UInt8(ascii: "."):
                guard digits > 0, part < 256, dots < 3 else { return nil }
                (value, part, digits, dots) = (value << 8 | part, 0, 0, dots + 1)
            default: return nil
            }
        }
        return digits > 0 && part < 256 && dots == 3 ? value << 8 | part : nil
    }

    /// Groups of up to four hexadecimal digits between colons; two colons stand once for the zero groups that are left out; the last may be
    /// dotted decimal and then counts as two.
    private static func parseIPv6(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> (high: UInt64, low: UInt64)? {
        // Groups before the gap, and after it.
        var (head, tail, headCount, tailCount) = (Groups(), Groups(), 0, 0)
        var hasGap = false
        var index = bytes.startIndex
        func isColon(_ index: Int) -> Bool { index < bytes.endIndex && bytes[index] == UInt8(ascii: ":") }
        if isColon(index) {
            guard isColon(index + 1) else { return nil }
            (hasGap, index) = (true, index + 2)
        }
        while index < bytes.endIndex {
            let end = bytes[index...].firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
            let part = bytes[index..<end]
            let (value, count): (UInt32, Int)
            if end == bytes.endIndex, part.contains(UInt8(ascii: ".")) {
                guard let address = parseIPv4(part) else { return nil }
                (value, count) = (address, 2)
            } else {
                guard let group = hexadecimal(part) else { return nil }
                (value, count) = (group, 1)
            }
            guard headCount + tailCount + count <= 8 else { return nil }
            if hasGap { tail.append(value, count) } else { head.append(value, count) }
            if hasGap { tailCount += count } else { headCount += count }
            guard end < bytes.endIndex else { break }
            index = end + 1
            if isColon(index) {
                guard !hasGap else { return nil }
                (hasGap, index) = (true, index + 1)
            } else if index == bytes.endIndex {
                return nil
            }
        }
        guard hasGap ? headCount + tailCount < 8 : headCount == 8 else { return nil }
        head.shift(groups: 8 - headCount)
        return (head.high | tail.high, head.low | tail.low)
    }

    private static func hexadecimal(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> UInt32? {
        guard (1...4).contains(bytes.count) else { return nil }
        var value: UInt32 = 0
        for byte in bytes {
            guard byte.isHexadecimalDigit else { return nil }
            value = value << 4 | UInt32(byte < 0x3a ? byte - 0x30 : (byte | 0x20) - 0x57)
        }
        return value
    }
}

/// Groups of an IPv6 address as they come in, the last in the lowest bits.
private struct Groups {
    var high: UInt64 = 0
    var low: UInt64 = 0

    mutating func append(_ value: UInt32, _ count: Int) {
        shift(groups: count)
        low |= UInt64(value)
    }

    mutating func shift(groups: Int) {
        for _ in 0..<groups {
            high = high << 16 | low >> 48
            low <<= 16
        }
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
