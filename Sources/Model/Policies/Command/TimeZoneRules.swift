/// How far the clocks of one place are from UTC, and when that changes: what a time zone file (TZif, RFC 9636) says.
package struct TimeZoneRules: Sendable, Hashable {
    package let name: String
    /// Moments in seconds since 1970 at which another offset begins, rising, and the offsets in seconds.
    private let transitions: [Int]
    private let offsets: [Int]
    private let firstOffset: Int
    /// What holds after the last of them.
    private let rule: PosixTimeZone?

    package static let utc = TimeZoneRules(name: "UTC", transitions: [], offsets: [], firstOffset: 0, rule: nil)

    private init(name: String, transitions: [Int], offsets: [Int], firstOffset: Int, rule: PosixTimeZone?) {
        self.name = name
        self.transitions = transitions
        self.offsets = offsets
        self.firstOffset = firstOffset
        self.rule = rule
    }

    /// The name of a file below the zone directory and nothing else: `Europe/Berlin`.
    package static func isName(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return (1...4).contains(parts.count) && text.utf8.count <= 64
            && parts.allSatisfy { part in
                part.utf8.first != UInt8(ascii: ".") && part.utf8.first != UInt8(ascii: "-") && !part.isEmpty
                    && part.utf8.allSatisfy { RuleID.isIDByte($0) || $0 == UInt8(ascii: "+") }
            }
    }

    package func secondsFromUTC(at moment: Int) -> Int {
        guard let last = transitions.last else { return rule?.offset(at: moment) ?? firstOffset }
        if moment >= last, let rule { return rule.offset(at: moment) }
        // The number of transitions at or before the moment, by halving.
        var (low, high) = (0, transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= moment { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? firstOffset : offsets[low - 1]
    }
}

extension TimeZoneRules {
    /// Reads a file of version 2 or later, which every zone compiler has written since 2005; nil when it is none. Leap seconds (the
    /// `right/` zones) are not what clocks of a host count, and such a file is refused.
    package init?(name: String, parsing bytes: [UInt8]) {
        guard bytes.count <= 1 << 18, let first = Header(bytes, at: 0), first.version >= UInt8(ascii: "2"),
            let header = Header(bytes, at: first.end(wordBytes: 4)), header.leapCount == 0, header.typeCount > 0
        else { return nil }
        var reader = ByteCursor(bytes, at: header.start)
        let transitions = (0..<header.timeCount).compactMap { _ in reader.word(8) }
        let indices = (0..<header.timeCount).compactMap { _ in reader.word(1) }
        var types: [Int] = []
        for _ in 0..<header.typeCount {
            guard let offset = reader.word(4), abs(offset) < 93_600, reader.word(2) != nil else { return nil }
            types.append(offset)
        }
        guard transitions.count == header.timeCount, indices.count == header.timeCount,
            zip(transitions, transitions.dropFirst()).allSatisfy({ $0 < $1 }),
            indices.allSatisfy(types.indices.contains)
        else { return nil }
        let footer = bytes.dropFirst(header.end(wordBytes: 8))
        guard footer.first == 0x0a, let end = footer.dropFirst().firstIndex(of: 0x0a) else { return nil }
        let text = String(decoding: footer.dropFirst()[..<end], as: UTF8.self)
        let rule = PosixTimeZone(text)
        // Without a rule the last offset stays; a rule that cannot be read would make later times wrong in silence.
        guard text.isEmpty || rule != nil else { return nil }
        self.init(
            name: name, transitions: transitions, offsets: indices.map { types[$0] }, firstOffset: types[0], rule: rule)
    }

    /// RFC 9636 §3.1.
    private struct Header {
        let version: UInt8
        let start: Int
        let utCount, standardCount, leapCount, timeCount, typeCount, characterCount: Int

        init?(_ bytes: [UInt8], at offset: Int) {
            guard bytes.count >= offset + 44, bytes[offset..<offset + 4].elementsEqual("TZif".utf8) else { return nil }
            version = bytes[offset + 4]
            var reader = ByteCursor(bytes, at: offset + 20)
            let counts = (0..<6).compactMap { _ in reader.word(4) }
            guard counts.count == 6, counts.allSatisfy({ (0...bytes.count).contains($0) }) else { return nil }
            (utCount, standardCount, leapCount) = (counts[0], counts[1], counts[2])
            (timeCount, typeCount, characterCount) = (counts[3], counts[4], counts[5])
            start = offset + 44
        }

        func end(wordBytes: Int) -> Int {
            let times = timeCount * (wordBytes + 1)
            return start + times + typeCount * 6 + characterCount + leapCount * (wordBytes + 4) + standardCount
                + utCount
        }
    }
}

/// Reads big-endian numbers in two's complement, and never past the end.
private struct ByteCursor {
    private let bytes: [UInt8]
    private var offset: Int

    init(_ bytes: [UInt8], at offset: Int) {
        self.bytes = bytes
        self.offset = offset
    }

    /// - Parameter count: bytes: 1 is read as unsigned, 2, 4 and 8 as signed.
    mutating func word(_ count: Int) -> Int? {
        guard offset >= 0, bytes.count - offset >= count else { return nil }
        var value: UInt64 = 0
        for byte in bytes[offset..<offset + count] { value = value << 8 | UInt64(byte) }
        offset += count
        switch count {
        case 8: return Int(Int64(bitPattern: value))
        case 4: return Int(Int32(truncatingIfNeeded: value))
        case 2: return Int(Int16(truncatingIfNeeded: value))
        default: return Int(value)
        }
    }
}
