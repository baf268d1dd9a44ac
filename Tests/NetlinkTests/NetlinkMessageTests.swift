import Netlink
import Testing

/// Messages as bytes, made here: no kernel, no root.
@Suite struct NetlinkMessageTests {
    @Test("A message marked NLM_F_DUMP_INTR makes the dump interrupted")
    func interrupted() {
        let bytes = message(type: 20, flags: 0x12, payload: []) + message(type: 3, payload: [0, 0, 0, 0])
        let outcome = walk(bytes)
        #expect(outcome.progress == .done)
        #expect(outcome.isInterrupted)
    }

    @Test("The error number that ends a dump is told", arguments: [UInt16(2), 3])
    func failure(type: UInt16) {
        let bytes = message(type: type, payload: littleEndian(UInt32(bitPattern: -2)))
        #expect(walk(bytes).progress == .failed(errno: 2))
    }

    @Test("An answer to another question is passed over")
    func otherSequence() {
        let bytes = message(type: 20, sequence: 9, payload: [1]) + message(type: 20, payload: [2])
        #expect(walk(bytes).payloads == [[2]])
    }

    @Test(
        "A message that claims more than there is, or less than its header, is malformed",
        arguments: [UInt32(17), 15, 0, .max])
    func malformed(length: UInt32) {
        var bytes = message(type: 20, payload: [])
        bytes.replaceSubrange(0..<4, with: littleEndian(length))
        #expect(walk(bytes).progress == .malformed)
    }

    @Test("A socket record cut anywhere is nothing, and never a crash")
    func truncatedRecords() {
        let whole = inetRecord()
        for count in 0..<72 { #expect(record(Array(whole[..<count])) == nil) }
        for count in 72...whole.count { #expect(record(Array(whole[..<count])) != nil) }
    }

    @Test("Random bytes are read without a crash")
    func randomBytes() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            _ = record(bytes)
            _ = walk(bytes)
            bytes.withUnsafeBytes {
                _ = UnixSocketRecord($0)
                _ = PacketSocketRecord($0)
                _ = VsockSocketRecord($0)
                _ = LinkRecord($0)
            }
        }
    }

    @Test("Addresses, ports, user, inode and attributes of a socket are read where the kernel puts them")
    func inetFields() throws {
        let record = try #require(self.record(inetRecord()))
        #expect(record.family == 2 && record.state == 1)
        #expect(record.localPort == 22 && record.remotePort == 50000)
        #expect(UInt32(record.localHigh >> 32) == 0x7f00_0001)
        #expect(record.interface == 7 && record.cookie == 0x0102_0304_0506_0708)
        #expect(record.userID == 1000 && record.inode == 4242)
        #expect(record.cgroupID == 99)
        #expect(record.traffic?.roundTripMicroseconds == 333)
        #expect(record.traffic?.acknowledgedBeyondData == 1)
    }

    private func record(_ bytes: [UInt8]) -> InetSocketRecord? {
        bytes.withUnsafeBytes { InetSocketRecord($0, transport: .tcp) }
    }

    /// A `struct inet_diag_msg` with INET_DIAG_INFO (2) and INET_DIAG_CGROUP_ID (21).
    private func inetRecord() -> [UInt8] {
        var bytes: [UInt8] = [2, 1, 0, 0, 0, 22, 0xc3, 0x50, 127, 0, 0, 1] + zeros(12) + [127, 0, 0, 2] + zeros(12)
        bytes += littleEndian(UInt32(7)) + littleEndian(UInt64(0x0102_0304_0506_0708)) + zeros(12)
        bytes += littleEndian(UInt32(1000)) + littleEndian(UInt32(4242))
        var info = zeros(232)
        info.replaceSubrange(68..<72, with: littleEndian(UInt32(333)))
        info.replaceSubrange(120..<128, with: littleEndian(UInt64(101)))
        info.replaceSubrange(200..<208, with: littleEndian(UInt64(100)))
        return bytes + attribute(2, info) + attribute(21, littleEndian(UInt64(99)))
    }

    private func walk(_ bytes: [UInt8]) -> (progress: DumpProgress, isInterrupted: Bool, payloads: [[UInt8]]) {
        var isInterrupted = false
        var payloads: [[UInt8]] = []
        let progress = bytes.withUnsafeBytes { buffer in
            walkMessages(buffer, sequence: 1, isInterrupted: &isInterrupted) { _, payload in
                payloads.append(Array(payload))
            }
        }
        return (progress, isInterrupted, payloads)
    }

    private func message(type: UInt16, flags: UInt16 = 2, sequence: UInt32 = 1, payload: [UInt8]) -> [UInt8] {
        let header =
            littleEndian(UInt32(16 + payload.count)) + littleEndian(type) + littleEndian(flags) + littleEndian(sequence)
            + littleEndian(UInt32(0))
        return header + payload + zeros((4 - payload.count % 4) % 4)
    }

    private func attribute(_ type: UInt16, _ payload: [UInt8]) -> [UInt8] {
        littleEndian(UInt16(4 + payload.count)) + littleEndian(type) + payload
    }

    private func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    private func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
