import JSON

/// The objects of a STIX bundle, one after the other, so that a bundle of 40 MB is never a tree in memory as a whole.
///
/// Here only the frame is read: `{"type": "bundle", …, "objects": [ … ]}`, and where each object ends. What is in an object is read by
/// `UntrustedJSON`, strictly, when it is asked for.
struct BundleObjects {
    /// Bytes of a bundle, and of one object in it.
    static let sizeLimit = 256 << 20
    private static let objectLimit = 1 << 20
    private static let countLimit = 500_000

    private let bytes: [UInt8]
    /// Where the objects stand in `bytes`.
    private(set) var ranges: [Range<Int>] = []

    init(_ bytes: [UInt8]) throws(AttackError) {
        guard bytes.count <= Self.sizeLimit else { throw .bundle("larger than \(Self.sizeLimit >> 20) MB") }
        guard !bytes.starts(with: [0x1f, 0x8b]) else { throw .bundle("compressed; unpack it first: gunzip FILE") }
        self.bytes = bytes
        var reader = FrameReader(bytes: bytes)
        try reader.expect("{")
        var isBundle = false
        var hasObjects = false
        if try !reader.takes("}") {
            repeat {
                let key = try reader.text()
                try reader.expect(":")
                switch key {
                case "objects":
                    guard !hasObjects else { throw .bundle("it has `objects` twice") }
                    ranges = try Self.elements(&reader)
                    hasObjects = true
                case "type": isBundle = try reader.text() == "bundle"
                case "spec_version":
                    let version = try reader.text()
                    guard version == "2.1" else { throw .bundle("it is STIX \(version), and STIX 2.1 is read") }
                default: _ = try reader.skipValue()
                }
            } while try reader.takes(",")
            try reader.expect("}")
        }
        try reader.end()
        guard isBundle else { throw .bundle("its `type` is not `bundle`") }
        guard hasObjects else { throw .bundle("it has no `objects`") }
    }

    private static func elements(_ reader: inout FrameReader) throws(AttackError) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        try reader.expect("[")
        if try reader.takes("]") { return ranges }
        repeat {
            let range = try reader.skipValue()
            guard range.count <= objectLimit else { throw .bundle("an object in it is larger than 1 MB") }
            ranges.append(range)
            guard ranges.count <= countLimit else { throw .bundle("it has more than \(countLimit) objects") }
        } while try reader.takes(",")
        try reader.expect("]")
        return ranges
    }

    /// Calls `body` with each object.
    func forEach(_ body: (JSONValue) throws(AttackError) -> Void) throws(AttackError) {
        for range in ranges {
            let value: JSONValue
            do throws(JSONError) {
                value = try UntrustedJSON.parse(bytes[range]).value
            } catch {
                throw .bundle("the object at byte \(range.lowerBound): \(error)")
            }
            try body(value)
        }
    }
}

/// Walks over JSON without looking into it.
private struct FrameReader {
    let bytes: [UInt8]
    private var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func skipBlanks() {
        while index < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[index]) { index += 1 }
    }

    private func error() -> AttackError { .bundle("no JSON at byte \(index)") }

    mutating func takes(_ character: Unicode.Scalar) throws(AttackError) -> Bool {
        skipBlanks()
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    mutating func expect(_ character: Unicode.Scalar) throws(AttackError) {
        guard try takes(character) else { throw error() }
    }

    mutating func end() throws(AttackError) {
        skipBlanks()
        guard index == bytes.count else { throw error() }
    }

    /// A string as it stands between its quotes: the keys and values of the frame have no escapes.
    mutating func text() throws(AttackError) -> String {
        skipBlanks()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { throw error() }
        let start = index + 1
        try skipString()
        guard index - start <= 256 else { throw .bundle("a name of more than 256 bytes at byte \(start)") }
        return String(decoding: bytes[start..<(index - 1)], as: UTF8.self)
    }

    private mutating func skipString() throws(AttackError) {
        index += 1
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
        }
        throw .bundle("it ends inside a string")
    }

    /// Where the next value stands; its brackets are matched, and nothing more is looked at.
    mutating func skipValue() throws(AttackError) -> Range<Int> {
        skipBlanks()
        let start = index
        var depth = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""): try skipString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return try value(from: start) }
                depth -= 1
                index += 1
                if depth == 0 { return start..<index }
            case UInt8(ascii: ","):
                if depth == 0 { return try value(from: start) }
                index += 1
            default: index += 1
            }
        }
        throw .bundle("it ends too early")
    }

    private func value(from start: Int) throws(AttackError) -> Range<Int> {
        guard index > start else { throw error() }
        return start..<index
    }
}
