/// Reads JSON (RFC 8259) that anybody may have sent, within limits, in one pass over the bytes and without recursion deeper than they
/// allow. It is strict where a document could be read in two ways: no comments, no trailing commas, no leading zeros, no lone surrogates,
/// no bytes that are no UTF-8. Of a key that is there twice the last counts.
///
/// Control characters (but for line ends and tabs) are taken out of strings, and what is too long is cut; `cuts` says how much.
package struct UntrustedJSON {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let limits: JSONLimits
    private var index: Int
    private var cuts = JSONCuts()
    private var weight = 0
    private static let containerWeight = 4

    /// A document as it is kept, what was taken away from it, and what it weighs.
    package typealias Document = (value: JSONValue, cuts: JSONCuts, weight: Int)

    private init(_ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
        index = 0
    }

    /// The document that `bytes` are, all of them.
    package static func parse(
        _ bytes: some Sequence<UInt8>, limits: JSONLimits = .untrusted
    ) throws(JSONError) -> Document {
        let result = bytes.withContiguousStorageIfAvailable { parse(buffer: $0, limits: limits) }
        return try (result ?? Array(bytes).withUnsafeBufferPointer { parse(buffer: $0, limits: limits) }).get()
    }

    private static func parse(
        buffer: UnsafeBufferPointer<UInt8>, limits: JSONLimits
    ) -> Result<Document, JSONError> {
        do throws(JSONError) {
            var reader = UntrustedJSON(buffer, limits: limits)
            let value = try reader.value(depth: 0)
            reader.skipBlanks()
            guard reader.index == buffer.count else { throw reader.error("something after the document") }
            return .success((value, reader.cuts, reader.weight))
        } catch { return .failure(error) }
    }

    private func error(_ what: String) -> JSONError { JSONError(description: "\(what), at byte \(index)") }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipBlanks() {
        while index < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[index]) { index += 1 }
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .text(try string(limit: limits.stringLength, counting: \.strings))
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case let byte? where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte): return .number(try number())
        case nil: throw error("the document ends too early")
        default: throw error("no JSON value")
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let count = word.utf8CodeUnitCount
        guard index + count <= bytes.count, (0..<count).allSatisfy({ bytes[index + $0] == word.utf8Start[$0] }) else {
            throw error("no JSON value")
        }
        index += count
        return value
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= limits.depth else { throw error("nested deeper than \(limits.depth)") }
        index += 1
        var members: [String: JSONValue] = [:]
        skipBlanks()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipBlanks()
            guard next == UInt8(ascii: "\"") else { throw error("a key is missing") }
            let key = try string(limit: limits.keyLength, counting: \.keys)
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw error("a colon is missing") }
            let value = try value(depth: depth)
            if members[key] != nil {
                cuts.duplicateKeys += 1
                members[key] = value
            } else if members.count < limits.objectCount, hasRoom(for: value) {
                members[key] = value
            } else {
                cuts.members += 1
            }
            skipBlanks()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw error("a comma or } is missing") }
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= limits.depth else { throw error("nested deeper than \(limits.depth)") }
        index += 1
        var elements: [JSONValue] = []
        skipBlanks()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            let value = try value(depth: depth)
            if elements.count < limits.arrayCount, hasRoom(for: value) {
                elements.append(value)
            } else {
                cuts.elements += 1
            }
            skipBlanks()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            guard take(UInt8(ascii: ",")) else { throw error("a comma or ] is missing") }
        }
    }

    /// Whether one more value can be kept, which then weighs. Where there is no room for what is inside a container, that stays out of it.
    private mutating func hasRoom(for value: JSONValue) -> Bool {
        guard weight < limits.weight else { return false }
        switch value {
        case .array, .object: weight += Self.containerWeight
        case .flag, .null, .number, .text: weight += 1
        }
        return true
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }
}

extension UntrustedJSON {
    private mutating func number() throws(JSONError) -> Double {
        let start = index
        _ = take(UInt8(ascii: "-"))
        let isZero = next == UInt8(ascii: "0")
        guard digits() > 0, !isZero || index - start <= (bytes[start] == UInt8(ascii: "-") ? 2 : 1) else {
            throw error("no JSON number")
        }
        if take(UInt8(ascii: ".")), digits() == 0 { throw error("no JSON number") }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            index += 1
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            if digits() == 0 { throw error("no JSON number") }
        }
        guard index - start <= 400,
            let number = Double(String(decoding: bytes[start..<index], as: UTF8.self)), number.isFinite
        else { throw error("a number that is too large") }
        return number
    }

    private mutating func digits() -> Int {
        let start = index
        while let byte = next, (0x30...0x39).contains(byte) { index += 1 }
        return index - start
    }

    /// The string that begins here. Most hold nothing that needs a closer look, and are taken over in one piece.
    private mutating func string(
        limit: Int, counting cut: WritableKeyPath<JSONCuts, Int>
    ) throws(JSONError) -> String {
        index += 1
        let start = index
        while let byte = next, byte >= 0x20, byte < 0x7f, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            index += 1
        }
        if next == UInt8(ascii: "\"") {
            defer { index += 1 }
            if index - start > limit { cuts[keyPath: cut] += 1 }
            return String(decoding: bytes[start..<start + min(limit, index - start)], as: UTF8.self)
        }
        return try unusualString(from: start, limit: limit, counting: cut)
    }

    private mutating func unusualString(
        from start: Int, limit: Int, counting cut: WritableKeyPath<JSONCuts, Int>
    ) throws(JSONError) -> String {
        index = start
        var text = String.UnicodeScalarView()
        var count = 0
        while true {
            guard let byte = next else { throw error("a string has no end") }
            if take(UInt8(ascii: "\"")) { break }
            let scalar = byte == UInt8(ascii: "\\") ? try escape() : try plainScalar()
            if scalar.isUnwantedControl {
                cuts.controlCharacters += 1
                continue
            }
            if count < limit { text.append(scalar) }
            count += 1
        }
        if count > limit { cuts[keyPath: cut] += 1 }
        return String(text)
    }

    /// One character as UTF-8 (RFC 3629): shortest form, no surrogates. A bare control character is let pass and taken out: programs that
    /// log write them.
    private mutating func plainScalar() throws(JSONError) -> Unicode.Scalar {
        let first = bytes[index]
        if first < 0x80 {
            index += 1
            return Unicode.Scalar(first)
        }
        let length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
        var decoder = UTF8()
        var pieces = bytes[index..<min(index + length, bytes.count)].makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&pieces) else { throw error("not UTF-8") }
        index += length
        return scalar
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        index += 1
        guard let byte = next else { throw error("a string has no end") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw error("an escape that JSON does not have")
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xdc00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw error("half a surrogate pair")
        }
        let second = try hexadecimal()
        guard (0xdc00...0xdfff).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw error("half a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = next.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw error("four hexadecimal digits are missing")
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}

extension Unicode.Scalar {
    /// Control characters (C0, DEL, C1) but for tab and line ends, and the bidirectional controls that make text read as another
    /// (CVE-2021-42574).
    package var isUnwantedControl: Bool {
        switch value {
        case 0x09, 0x0a, 0x0d: false
        case 0..<0x20, 0x7f..<0xa0, 0x61c, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}
