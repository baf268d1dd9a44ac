/// The header of a netlink message (netlink(7)): length, type, flags, sequence number and port, 16 bytes in host order.
package struct NetlinkHeader: Sendable, Hashable {
    package static let size = 16

    package let length: UInt32
    package let type: UInt16
    package let flags: UInt16
    package let sequence: UInt32

    package init?(_ reader: inout ByteReader) {
        guard let length = reader.next(UInt32.self), let type = reader.next(UInt16.self),
            let flags = reader.next(UInt16.self), let sequence = reader.next(UInt32.self), reader.skip(4)
        else { return nil }
        (self.length, self.type, self.flags, self.sequence) = (length, type, flags, sequence)
    }

    /// `NLM_F_DUMP_INTR`: the table changed while it was dumped, so the dump may miss or repeat entries.
    package var isInterrupted: Bool { flags & 0x10 != 0 }
}

/// Control message types that every netlink protocol shares.
enum ControlType {
    static let noOperation: UInt16 = 1
    static let error: UInt16 = 2
    static let done: UInt16 = 3
    /// The first type that belongs to the protocol itself.
    static let firstOwn: UInt16 = 16
}

/// What one received datagram of a dump says about the dump.
package enum DumpProgress: Sendable, Hashable {
    case more
    case done
    /// The kernel refused or broke off, with its errno.
    case failed(errno: Int32)
    /// Bytes that are no netlink messages; nothing after them was read.
    case malformed
}

/// Walks the messages of one datagram: calls `body` with the type and payload of each, and tells how the dump goes on.
///
/// - Parameter isInterrupted: set when any message carries `NLM_F_DUMP_INTR`.
package func walkMessages(
    _ datagram: UnsafeRawBufferPointer, sequence: UInt32, isInterrupted: inout Bool,
    _ body: (_ type: UInt16, _ payload: UnsafeRawBufferPointer) -> Void
) -> DumpProgress {
    var reader = ByteReader(datagram)
    while reader.remaining > 0 {
        guard let header = NetlinkHeader(&reader), header.length >= NetlinkHeader.size,
            let payload = reader.span(Int(header.length) - NetlinkHeader.size)
        else { return .malformed }
        if header.isInterrupted { isInterrupted = true }
        // Messages are padded to four bytes (NLMSG_ALIGN); the last of a datagram may lack the padding.
        _ = reader.skip(min(reader.remaining, (4 - Int(header.length) & 3) & 3))
        guard header.sequence == sequence else { continue }
        switch header.type {
        case ControlType.noOperation: continue
        case ControlType.done, ControlType.error: return status(of: payload)
        case ControlType.firstOwn...: body(header.type, payload)
        default: continue
        }
    }
    return .more
}

/// The number both NLMSG_DONE and NLMSG_ERROR start with: 0, or a negated errno.
private func status(of payload: UnsafeRawBufferPointer) -> DumpProgress {
    var reader = ByteReader(payload)
    guard let code = reader.next(Int32.self), code < 0, code > Int32.min else { return .done }
    return .failed(errno: -code)
}

/// Walks the attributes (`struct nlattr`, netlink(7)) in `bytes`: calls `body` with the type, without its flag bits, and the payload.
/// Stops at the first that does not fit.
@inline(__always)
package func walkAttributes(
    _ bytes: UnsafeRawBufferPointer, _ body: (_ type: UInt16, _ payload: UnsafeRawBufferPointer) -> Void
) {
    var reader = ByteReader(bytes)
    while let length = reader.next(UInt16.self), let type = reader.next(UInt16.self), length >= 4,
        let payload = reader.span(Int(length) - 4)
    {
        body(type & 0x3fff, payload)
        _ = reader.skip(min(reader.remaining, (4 - Int(length) & 3) & 3))
    }
}

/// Builds a request: header, fixed part, attributes.
struct RequestBuilder {
    private(set) var bytes: [UInt8] = []

    /// `NLM_F_REQUEST | NLM_F_DUMP`.
    static let dump: UInt16 = 0x301

    init(type: UInt16, flags: UInt16, sequence: UInt32) {
        append(UInt32(0))
        append(type)
        append(flags)
        append(sequence)
        append(UInt32(0))
    }

    mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
    }

    mutating func append(zeros count: Int) { bytes.append(contentsOf: repeatElement(0, count: count)) }

    mutating func attribute(_ type: UInt16, _ value: UInt32) {
        append(UInt16(8))
        append(type)
        append(value)
    }

    /// The whole request, its length filled in.
    consuming func finish() -> [UInt8] {
        withUnsafeBytes(of: UInt32(bytes.count)) { bytes.replaceSubrange(0..<4, with: $0) }
        return bytes
    }
}
