/// Why a line is no record.
package struct AuditLineError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
}

extension AuditRecord {
    /// Reads a line as `make` writes it: these members in this order, nothing else. Whether it belongs into the chain is another question;
    /// its own hash is checked.
    package init(line: ArraySlice<UInt8>) throws(AuditLineError) {
        guard let (content, hashText) = SealedLine.parts(line), let hash = AuditDigest(hexadecimal: hashText) else {
            throw AuditLineError(description: "does not end with a hash")
        }
        guard AuditDigest(of: content + [SealedLine.close]) == hash else {
            throw AuditLineError(description: "is not what its hash was made of")
        }
        var reader = RecordReader(content)
        try reader.expect(#"{"sequence":"#)
        guard let sequence = UInt64(exactly: try reader.number()) else {
            throw AuditLineError(description: "has no sequence number")
        }
        self.sequence = sequence
        try reader.expect(#","time":"#)
        guard let time = AuditTime(text: Array(try reader.text().utf8)) else {
            throw AuditLineError(description: "has no time")
        }
        self.time = time
        try reader.expect(#","event":"#)
        eventName = try reader.text()
        try reader.expect(#","request":"#)
        request = try reader.optionalText()
        try reader.expect(#","actor":"#)
        actor = try reader.text()
        try reader.expect(#","details":{"#)
        details = try reader.fields()
        try reader.expect(#","previous":"#)
        guard let previous = AuditDigest(hexadecimal: Array(try reader.text().utf8)), reader.isAtEnd else {
            throw AuditLineError(description: "does not name the hash before it")
        }
        self.previous = previous
        self.hash = hash
    }
}

/// Reads the JSON of a record, front to back. Nothing in it is nested deeper than a list, so nothing recurses.
struct RecordReader {
    private let bytes: ArraySlice<UInt8>
    private var index: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    var isAtEnd: Bool { index == bytes.endIndex }
    private var next: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

    private static let malformed = AuditLineError(description: "is not written as records are")

    mutating func expect(_ text: StaticString) throws(AuditLineError) {
        let isThere = text.withUTF8Buffer { bytes[index...].starts(with: $0) }
        guard isThere else { throw Self.malformed }
        index += text.utf8CodeUnitCount
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let next, Unicode.Scalar(next) == character else { return false }
        index += 1
        return true
    }

    mutating func number() throws(AuditLineError) -> Int64 {
        let digits = bytes[index...].prefix { ($0 >= 0x30 && $0 <= 0x39) || $0 == UInt8(ascii: "-") }
        guard let number = Int64(String(decoding: digits, as: UTF8.self)), digits == ArraySlice("\(number)".utf8) else {
            throw Self.malformed
        }
        index = digits.endIndex
        return number
    }

    mutating func optionalText() throws(AuditLineError) -> String? {
        guard next == UInt8(ascii: "n") else { return try text() }
        try expect("null")
        return nil
    }

    mutating func text() throws(AuditLineError) -> String {
        guard take("\"") else { throw Self.malformed }
        var text: [UInt8] = []
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw Self.malformed }
                return string
            case UInt8(ascii: "\\"): try text.append(contentsOf: String(escaped()).utf8)
            case ..<0x20: throw Self.malformed
            default: text.append(byte)
            }
        }
        throw Self.malformed
    }

    /// What stands after a backslash. Characters beyond U+FFFF are never escaped by the writer.
    private mutating func escaped() throws(AuditLineError) -> Unicode.Scalar {
        guard let letter = next else { throw Self.malformed }
        index += 1
        switch letter {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): return Unicode.Scalar(letter)
        case UInt8(ascii: "u"):
            let digits = bytes[index...].prefix(4)
            guard digits.count == 4, let value = UInt16(String(decoding: digits, as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(value)
            else { throw Self.malformed }
            index = digits.endIndex
            return scalar
        default: throw Self.malformed
        }
    }

    /// The members of an object after its opening brace, to its end.
    mutating func fields() throws(AuditLineError) -> [AuditField] {
        var fields: [AuditField] = []
        if take("}") { return fields }
        repeat {
            let name = try text()
            try expect(":")
            fields.append(AuditField(name, try value()))
        } while take(",")
        guard take("}") else { throw Self.malformed }
        return fields
    }

    private mutating func value() throws(AuditLineError) -> AuditField.Value {
        switch next {
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"):
            try expect("true")
            return .flag(true)
        case UInt8(ascii: "f"):
            try expect("false")
            return .flag(false)
        case UInt8(ascii: "["):
            index += 1
            return .list(try texts())
        default: return .number(try number())
        }
    }

    private mutating func texts() throws(AuditLineError) -> [String] {
        var texts: [String] = []
        if take("]") { return texts }
        repeat { texts.append(try text()) } while take(",")
        guard take("]") else { throw Self.malformed }
        return texts
    }
}
