/// Names a request at the broker: what people type after `bailey approve`. It is no secret and gives no right.
package struct RequestID: Sendable, Hashable, CustomStringConvertible {
    /// 48 bits.
    package let rawValue: UInt64

    /// Takes the low 48 bits.
    package init(_ rawValue: UInt64) { self.rawValue = rawValue & 0xffff_ffff_ffff }

    /// Twelve hexadecimal digits, as `description` writes them.
    package init?(text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 12, digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
            let value = UInt64(text, radix: 16)
        else { return nil }
        self.init(value)
    }

    package var description: String {
        let digits = String(rawValue, radix: 16)
        return String(repeating: "0", count: 12 - digits.count) + digits
    }
}

extension RequestID: FieldValue {
    func write(to writer: inout FieldWriter) { writer.write(number: rawValue) }

    init(field: FieldContent) throws(ProtocolError) {
        self.init(try field.number(UInt64.self))
        guard rawValue == (try field.number(UInt64.self)) else { throw field.invalid }
    }
}

/// The SHA-256 of everything an approval binds: who asks, what runs, as whom, with which rights, environment, directory and session.
package struct SubjectDigest: Sendable, Hashable, CustomStringConvertible {
    package static let count = 32
    package let bytes: [UInt8]

    /// Nil unless there are 32 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.count else { return nil }
        self.bytes = bytes
    }

    /// 64 hexadecimal digits.
    package var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension SubjectDigest: FieldValue {
    func write(to writer: inout FieldWriter) { writer.bytes.append(contentsOf: bytes) }

    init(field: FieldContent) throws(ProtocolError) {
        guard let digest = SubjectDigest(Array(field.bytes)) else { throw field.invalid }
        self = digest
    }
}
