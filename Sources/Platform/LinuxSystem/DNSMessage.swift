/// The answers of a DNS message (RFC 1035 §4), as far as address look-ups need them: bytes from whoever answers first.
struct DNSMessage: Sendable, Hashable {
    enum RecordType: UInt16, Sendable {
        case a = 1
        case canonicalName = 5
        case pointer = 12
        case aaaa = 28
    }

    enum Value: Sendable, Hashable {
        /// 4 or 16 bytes.
        case address([UInt8])
        case name(String)
    }

    struct Record: Sendable, Hashable {
        var owner: String
        var type: RecordType
        /// Seconds.
        var timeToLive: Int
        var value: Value
    }

    private(set) var answers: [Record] = []

    /// Nil for anything but a whole answer; records of other types and classes are passed over.
    init?(parsing bytes: [UInt8]) {
        var reader = DNSReader(bytes: bytes)
        // id, flags, then the counts of questions, answers, authorities and additional records.
        guard reader.number() != nil, let flags = reader.number(), flags & 0x8000 != 0, let questions = reader.number(),
            let count = reader.number(), reader.skip(4)
        else { return nil }
        for _ in 0..<questions { guard reader.name() != nil, reader.skip(4) else { return nil } }
        for _ in 0..<count {
            guard let owner = reader.name(), let type = reader.number(), let recordClass = reader.number(),
                let upper = reader.number(), let lower = reader.number(), let length = reader.number()
            else { return nil }
            let start = reader.offset
            guard reader.skip(length) else { return nil }
            guard recordClass == 1, let type = RecordType(rawValue: UInt16(type)),
                let value = DNSReader(bytes: bytes, offset: start).value(of: type, length: length)
            else { continue }
            // A time to live with the top bit set counts as none (RFC 2181 §8).
            let seconds = upper & 0x8000 == 0 ? upper << 16 | lower : 0
            answers.append(Record(owner: owner, type: type, timeToLive: seconds, value: value))
        }
    }

    /// What `name` leads to through its aliases: values of the record type, and the shortest time any of the records holds.
    func values(of name: String, type: RecordType) -> (values: [Value], timeToLive: Int?) {
        var aliases = [name]
        var seconds: [Int] = []
        // Each alias is followed once, so a circle ends.
        while let alias = answers.first(where: { $0.type == .canonicalName && $0.owner == aliases.last }),
            case .name(let target) = alias.value, !aliases.contains(target)
        {
            aliases.append(target)
            seconds.append(alias.timeToLive)
        }
        let records = answers.filter { $0.type == type && $0.owner == aliases.last }
        return (records.map(\.value), (seconds + records.map(\.timeToLive)).min())
    }
}

/// Reads a message in order, never past its end.
private struct DNSReader {
    let bytes: [UInt8]
    var offset = 0

    /// Two bytes in network order.
    mutating func number() -> Int? {
        guard offset + 2 <= bytes.count else { return nil }
        defer { offset += 2 }
        return Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
    }

    mutating func skip(_ count: Int) -> Bool {
        guard offset + count <= bytes.count else { return false }
        offset += count
        return true
    }

    /// A name in lower case without the dot at its end (RFC 1035 §4.1.4). A pointer leads back only, so that reading ends; a name with
    /// a byte that is no letter, digit, hyphen or underscore is read and given as empty, which no host name is.
    mutating func name() -> String? {
        var labels: [String] = []
        var isHostName = true
        var position = offset
        var end: Int?
        var length = 0
        while position < bytes.count {
            let size = Int(bytes[position])
            if size & 0xc0 == 0xc0 {
                guard position + 1 < bytes.count else { return nil }
                let target = (size & 0x3f) << 8 | Int(bytes[position + 1])
                guard target < position else { return nil }
                end = end ?? position + 2
                position = target
                continue
            }
            guard size <= 63 else { return nil }
            if size == 0 {
                offset = end ?? position + 1
                return isHostName ? labels.joined(separator: ".") : ""
            }
            length += size + 1
            guard length <= 255, position + 1 + size <= bytes.count else { return nil }
            let label = bytes[(position + 1)..<(position + 1 + size)]
            isHostName = isHostName && label.allSatisfy(Self.isHostNameByte)
            labels.append(String(decoding: label, as: UTF8.self).lowercased())
            position += 1 + size
        }
        return nil
    }

    private static func isHostNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// What a record of `length` bytes says, which starts here.
    func value(of type: DNSMessage.RecordType, length: Int) -> DNSMessage.Value? {
        switch type {
        case .a where length == 4, .aaaa where length == 16: return .address(Array(bytes[offset..<(offset + length)]))
        case .a, .aaaa: return nil
        case .canonicalName, .pointer:
            var reader = self
            guard let name = reader.name(), !name.isEmpty, reader.offset == offset + length else { return nil }
            return .name(name)
        }
    }
}
