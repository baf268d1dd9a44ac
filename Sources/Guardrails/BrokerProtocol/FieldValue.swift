/// A value that a field of a message can have. What is written is read back as the same value, and nothing else is read as it: each
/// value has one form.
protocol FieldValue {
    func write(to writer: inout FieldWriter)
    init(field: FieldContent) throws(ProtocolError)
}

/// The bytes of one field, and where it stands.
struct FieldContent {
    var bytes: ArraySlice<UInt8>
    var tag: UInt8
    var depth: Int

    var invalid: ProtocolError { .invalidValue(tag: tag) }

    /// All bytes as one number in network order.
    func number<Number: FixedWidthInteger & UnsignedInteger>(_ type: Number.Type) throws(ProtocolError) -> Number {
        guard bytes.count == Number.bitWidth / 8 else { throw invalid }
        return bytes.reduce(0) { $0 << 8 | Number($1) }
    }
}

extension FieldWriter {
    mutating func write<Number: FixedWidthInteger & UnsignedInteger>(number: Number) {
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }
}

extension UInt16: FieldValue {
    func write(to writer: inout FieldWriter) { writer.write(number: self) }
    init(field: FieldContent) throws(ProtocolError) { self = try field.number(UInt16.self) }
}

extension UInt32: FieldValue {
    func write(to writer: inout FieldWriter) { writer.write(number: self) }
    init(field: FieldContent) throws(ProtocolError) { self = try field.number(UInt32.self) }
}

extension UInt64: FieldValue {
    func write(to writer: inout FieldWriter) { writer.write(number: self) }
    init(field: FieldContent) throws(ProtocolError) { self = try field.number(UInt64.self) }
}

extension Bool: FieldValue {
    func write(to writer: inout FieldWriter) { writer.bytes.append(self ? 1 : 0) }

    init(field: FieldContent) throws(ProtocolError) {
        let value = try field.number(UInt8.self)
        guard value <= 1 else { throw field.invalid }
        self = value == 1
    }
}

/// Text is UTF-8 without NUL: what goes on to execve(2), to a terminal or to a log ends where it says it ends.
extension String: FieldValue {
    func write(to writer: inout FieldWriter) { writer.bytes.append(contentsOf: utf8) }

    init(field: FieldContent) throws(ProtocolError) {
        guard field.bytes.count <= ProtocolLimits.text else { throw .tooLong(tag: field.tag) }
        guard !field.bytes.contains(0), let text = String(validating: field.bytes, as: UTF8.self) else {
            throw field.invalid
        }
        self = text
    }
}

/// Bytes as they come: what a terminal shows and what is typed into it.
struct Payload: FieldValue {
    var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func write(to writer: inout FieldWriter) { writer.bytes.append(contentsOf: bytes) }
    init(field: FieldContent) throws(ProtocolError) { bytes = Array(field.bytes) }
}

/// A list is the number of its items, then each with its length before it.
extension Array: FieldValue where Element: FieldValue {
    func write(to writer: inout FieldWriter) {
        writer.write(number: UInt32(count))
        for item in self { writer.writeWithLength { item.write(to: &$0) } }
    }

    init(field: FieldContent) throws(ProtocolError) {
        var rest = field.bytes
        guard let count = rest.takeNumber() else { throw .truncated }
        guard count <= ProtocolLimits.items else { throw .tooLong(tag: field.tag) }
        self = []
        for _ in 0..<count {
            guard let item = rest.takeWithLength() else { throw .truncated }
            append(try Element(field: FieldContent(bytes: item, tag: field.tag, depth: field.depth)))
        }
        guard rest.isEmpty else { throw field.invalid }
    }
}

/// A choice is its number in one byte.
extension FieldValue where Self: RawRepresentable, RawValue == UInt8 {
    func write(to writer: inout FieldWriter) { writer.bytes.append(rawValue) }

    init(field: FieldContent) throws(ProtocolError) {
        guard let value = Self(rawValue: try field.number(UInt8.self)) else { throw field.invalid }
        self = value
    }
}

/// A set of options is one number; a bit without a meaning is refused.
protocol FieldOptions: FieldValue, OptionSet where RawValue == UInt32 {
    static var all: Self { get }
}

extension FieldOptions {
    func write(to writer: inout FieldWriter) { writer.write(number: rawValue) }

    init(field: FieldContent) throws(ProtocolError) {
        self.init(rawValue: try field.number(UInt32.self))
        guard rawValue & ~Self.all.rawValue == 0 else { throw field.invalid }
    }
}

/// A value of several fields, each behind its tag, tags ascending.
protocol FieldRecord: FieldValue {
    func writeFields(to writer: inout FieldWriter)
    init(from reader: inout FieldReader) throws(ProtocolError)
}

extension FieldRecord {
    func write(to writer: inout FieldWriter) { writeFields(to: &writer) }

    init(field: FieldContent) throws(ProtocolError) {
        var reader = try FieldReader(field.bytes, depth: field.depth + 1)
        try self.init(from: &reader)
        try reader.finish()
    }
}
