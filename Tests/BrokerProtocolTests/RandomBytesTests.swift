import BrokerProtocol
import Testing

/// Bytes as an attacker sends them: none may crash, and what is taken for a message has this one form.
@Suite struct RandomBytesTests {
    private func check<Message: WireMessage>(_ bytes: [UInt8], as type: Message.Type) throws -> Bool {
        var assembler = MessageAssembler()
        assembler.append(bytes)
        var length = 0
        do {
            while let message = try assembler.next(type) {
                let frame = try message.encoded()
                #expect(bytes[length..<(length + frame.count)].elementsEqual(frame))
                length += frame.count
            }
            return length > 0
        } catch {
            return length > 0
        }
    }

    @Test("Random bytes never crash either side")
    func noise() throws {
        var random = Xorshift(state: 0x9e37_79b9_7f4a_7c15)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...64, using: &random)
            var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            // Mostly a plausible length and kind, else nothing is ever tried but the length.
            if count > 5, Bool.random(using: &random) {
                bytes.replaceSubrange(
                    0..<5, with: [0, 0, 0, UInt8(count - 4), UInt8.random(in: 1...15, using: &random)])
            }
            _ = try check(bytes, as: ClientMessage.self)
            _ = try check(bytes, as: ServerMessage.self)
        }
    }

    @Test("Messages with bytes changed, removed and inserted are refused, or are other messages in their one form")
    func mutations() throws {
        var random = Xorshift(state: 42)
        let client = try SampleMessages.client.map { try $0.encoded() }
        let server = try SampleMessages.server.map { try $0.encoded() }
        var taken = 0
        for round in 0..<30_000 {
            var bytes = round % 2 == 0 ? client[round / 2 % client.count] : server[round / 2 % server.count]
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 0...3, using: &random), at: place)
                }
            }
            let isTaken =
                try round % 2 == 0 ? check(bytes, as: ClientMessage.self) : check(bytes, as: ServerMessage.self)
            if isTaken { taken += 1 }
        }
        #expect(taken > 1000, "changes that leave a message are tried too")
    }
}

/// Numbers that are the same in every run (Marsaglia's xorshift64).
struct Xorshift: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
