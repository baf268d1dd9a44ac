internal import LinuxSystem

/// A connection whose bytes are read in lines and in counts.
struct BufferedConnection {
    let connection: UnixConnection
    private var buffer: [UInt8] = []

    init(_ connection: UnixConnection) { self.connection = connection }

    /// The next line without its end; nil when the other side has closed between two.
    mutating func line(until deadline: ContinuousClock.Instant?) throws(SystemError) -> ArraySlice<UInt8>? {
        while true {
            if let end = buffer.firstIndex(of: 0x0a) {
                let line = buffer[..<end]
                buffer = Array(buffer[(end + 1)...])
                return line
            }
            guard buffer.count < IntakeFrame.lineLimit else { throw SystemError("read", "line", code: .tooLarge) }
            let received = try connection.receive(atMost: 64 << 10, until: deadline).bytes
            if received.isEmpty {
                if buffer.isEmpty { return nil }
                throw SystemError("read", "line", code: .brokenPipe)
            }
            buffer += received
        }
    }

    /// Exactly `count` bytes.
    mutating func bytes(_ count: Int, until deadline: ContinuousClock.Instant?) throws(SystemError) -> [UInt8] {
        while buffer.count < count {
            let received = try connection.receive(atMost: 256 << 10, until: deadline).bytes
            if received.isEmpty { throw SystemError("read", "batch", code: .brokenPipe) }
            buffer += received
        }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }
}
