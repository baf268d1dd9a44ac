internal import LinuxSystem

/// A message of either side. On the wire it is a frame: the length of what follows (four bytes, network order), the kind of message
/// (one byte), its fields.
package protocol WireMessage: Sendable, Equatable {
    /// Reads the fields of a message of `kind`; there may be nothing after them.
    init(kind: UInt8, fields: ArraySlice<UInt8>) throws(ProtocolError)

    /// The frame, ready to send. Where the message holds a secret, so do these bytes: who sends them wipes them.
    func encoded() throws(ProtocolError) -> [UInt8]
}

/// What both kinds of message are made of.
protocol FieldMessage: WireMessage {
    var kind: UInt8 { get }
    func writeFields(to writer: inout FieldWriter)
    init(kind: UInt8, from reader: inout FieldReader) throws(ProtocolError)
}

extension FieldMessage {
    package init(kind: UInt8, fields: ArraySlice<UInt8>) throws(ProtocolError) {
        var reader = try FieldReader(fields, depth: 0)
        try self.init(kind: kind, from: &reader)
        try reader.finish()
    }

    package func encoded() throws(ProtocolError) -> [UInt8] {
        // Room for any message that holds a secret, so that none is left behind when the bytes move.
        var writer = FieldWriter(capacity: 4096)
        writer.writeWithLength {
            $0.bytes.append(kind)
            writeFields(to: &$0)
        }
        let length = writer.bytes.count - 4
        guard length <= ProtocolLimits.frame else { throw .frameLength(length) }
        return writer.bytes
    }
}

/// Puts together the messages in bytes that arrive in pieces. Bytes of a message are wiped once it has been read: it may have held a
/// secret.
package struct MessageAssembler {
    private var buffer: [UInt8] = []
    /// Where the next frame starts.
    private var start = 0

    package init() {}

    /// Whether a message has begun and not ended: its sender owes the rest.
    package var isMidway: Bool { start < buffer.count }

    /// Takes bytes as they arrived. Who calls `next()` until nothing comes holds less than one frame and what was appended last.
    package mutating func append(_ bytes: [UInt8]) {
        if start > 0 {
            // The rest moves to the front of a buffer of its own, and the old one is wiped whole.
            var moved: [UInt8] = []
            moved.reserveCapacity(buffer.count - start + bytes.count)
            moved.append(contentsOf: buffer[start...])
            buffer.wipe(0..<buffer.count)
            buffer = moved
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole message; nil when more bytes are needed. After an error nothing can be read any more.
    ///
    /// The kind of message is the method's and not the type's: the runtime would look through all conformances of a program for that type.
    package mutating func next<Message: WireMessage>(_: Message.Type = Message.self) throws(ProtocolError) -> Message? {
        var rest = buffer[start...]
        guard let length = rest.takeNumber() else { return nil }
        guard (1...ProtocolLimits.frame).contains(length) else { throw .frameLength(length) }
        guard rest.count >= length else { return nil }
        let body = (start + 4)..<(start + 4 + length)
        rest = []
        let message = try Message(kind: buffer[body.lowerBound], fields: buffer[body.dropFirst()])
        buffer.wipe(body)
        start = body.upperBound
        return message
    }
}
