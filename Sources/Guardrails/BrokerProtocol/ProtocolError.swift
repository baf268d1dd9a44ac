/// Why bytes are not a message. Whoever sent them is not listened to any longer: there is no way back into step.
package enum ProtocolError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A frame says that it is longer than `ProtocolLimits.frame`, or empty.
    case frameLength(Int)
    case unknownMessage(kind: UInt8)
    /// The message ends inside a field.
    case truncated
    /// A field that a message must have is not where it has to be.
    case missingField(tag: UInt8)
    /// A field that is unknown, repeated or out of order.
    case unexpectedField(tag: UInt8)
    /// A value that its type does not have: text that is not UTF-8 or holds NUL, a truth value of 2.
    case invalidValue(tag: UInt8)
    /// A list or a text that is longer than messages hold.
    case tooLong(tag: UInt8)
    /// Records in records in records.
    case tooDeep
    /// The first message was not a greeting, or a later one was.
    case outOfPlace(kind: UInt8)
    case unsupportedVersion(UInt16)

    package var description: String {
        switch self {
        case .frameLength(let length): "a frame of \(length) bytes; frames have 1 to \(ProtocolLimits.frame)"
        case .unknownMessage(let kind): "a message of unknown kind \(kind)"
        case .truncated: "a message that ends inside a field"
        case .missingField(let tag): "a message without its field \(tag)"
        case .unexpectedField(let tag): "a message with an unknown, repeated or misplaced field \(tag)"
        case .invalidValue(let tag): "a value that field \(tag) cannot have"
        case .tooLong(let tag): "a value in field \(tag) that is longer than messages hold"
        case .tooDeep: "a message nested too deeply"
        case .outOfPlace(let kind): "a message of kind \(kind) where none of its kind belongs"
        case .unsupportedVersion(let version):
            "version \(version) of the protocol; this program speaks \(ProtocolVersion.current)"
        }
    }
}

/// The bounds of every message, held on both sides.
package enum ProtocolLimits {
    /// Bytes of a frame, its kind included.
    package static let frame = 1 << 20
    /// Items of a list: arguments, variables, pending requests.
    package static let items = 4096
    /// Bytes of one text: what Linux takes as one argument (MAX_ARG_STRLEN, execve(2)).
    package static let text = 128 << 10
    /// Bytes of one secret; PAM takes 512 (PAM_MAX_RESP_SIZE, pam_conv(3)).
    package static let secret = 512
    /// Records inside records.
    package static let depth = 4
}

/// The language both sides have to speak. There is one; a new one gets a new number, and the broker then says which it still takes.
package enum ProtocolVersion {
    package static let current: UInt16 = 1
}
