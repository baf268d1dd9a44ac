/// Writes fields: a tag (one byte), the length of the value (four bytes, network order), the value.
struct FieldWriter {
    var bytes: [UInt8] = []

    /// `capacity` is the size that is expected: bytes that moved because it was too small stay behind in memory.
    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func put(_ tag: UInt8, _ value: some FieldValue) {
        bytes.append(tag)
        writeWithLength { value.write(to: &$0) }
    }

    /// An optional value is a field that is there or not.
    mutating func put(_ tag: UInt8, _ value: (some FieldValue)?) {
        if let value { put(tag, value) }
    }

    mutating func writeWithLength(_ body: (inout FieldWriter) -> Void) {
        let start = bytes.count
        bytes.append(contentsOf: [0, 0, 0, 0])
        body(&self)
        let length = UInt32(bytes.count - start - 4)
        for index in 0..<4 { bytes[start + index] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * index)) }
    }
}

/// Reads fields in the order of their tags; whatever is not expected is refused, so that a message has one form.
struct FieldReader {
    private var rest: ArraySlice<UInt8>
    private let depth: Int

    init(_ bytes: ArraySlice<UInt8>, depth: Int) throws(ProtocolError) {
        guard depth <= ProtocolLimits.depth else { throw .tooDeep }
        rest = bytes
        self.depth = depth
    }

    mutating func optional<Value: FieldValue>(
        _ tag: UInt8, _ type: Value.Type = Value.self
    ) throws(ProtocolError) -> Value? {
        guard rest.first == tag else { return nil }
        rest.removeFirst()
        guard let bytes = rest.takeWithLength() else { throw .truncated }
        return try Value(field: FieldContent(bytes: bytes, tag: tag, depth: depth))
    }

    mutating func required<Value: FieldValue>(
        _ tag: UInt8, _ type: Value.Type = Value.self
    ) throws(ProtocolError) -> Value {
        guard let value = try optional(tag, type) else {
            throw rest.isEmpty ? .truncated : .missingField(tag: tag)
        }
        return value
    }

    func finish() throws(ProtocolError) {
        if let tag = rest.first { throw .unexpectedField(tag: tag) }
    }
}

extension ArraySlice<UInt8> {
    /// Four bytes as a number in network order; nil when they are not there.
    mutating func takeNumber() -> Int? {
        guard count >= 4 else { return nil }
        defer { removeFirst(4) }
        return prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }

    /// As many bytes as the number before them says; nil when they are not there.
    mutating func takeWithLength() -> ArraySlice<UInt8>? {
        guard let length = takeNumber(), length <= count else { return nil }
        defer { removeFirst(length) }
        return prefix(length)
    }
}
