import BrokerProtocol
import LinuxSystem
import Testing

@Suite struct MessageTests {
    private func decoded<Message: WireMessage>(_ frame: some Collection<UInt8>, as type: Message.Type) throws
        -> Message?
    {
        var assembler = MessageAssembler()
        assembler.append(Array(frame))
        return try assembler.next()
    }

    @Test("Every message of a client is read back as it was written", arguments: SampleMessages.client)
    func clientRoundTrip(message: ClientMessage) throws {
        #expect(try decoded(message.encoded(), as: ClientMessage.self) == message)
    }

    @Test("Every message of the broker is read back as it was written", arguments: SampleMessages.server)
    func serverRoundTrip(message: ServerMessage) throws {
        #expect(try decoded(message.encoded(), as: ServerMessage.self) == message)
    }

    @Test("The samples hold every kind of message")
    func samplesAreComplete() throws {
        #expect(Set(try SampleMessages.client.map { try $0.encoded()[4] }) == Set(1...16))
        #expect(Set(try SampleMessages.server.map { try $0.encoded()[4] }) == Set(1...15))
        for kind: UInt8 in [0, 17, 255] {
            #expect(throws: ProtocolError.unknownMessage(kind: kind)) { try ClientMessage(kind: kind, fields: []) }
        }
        for kind: UInt8 in [0, 16, 255] {
            #expect(throws: ProtocolError.unknownMessage(kind: kind)) { try ServerMessage(kind: kind, fields: []) }
        }
    }

    /// What is cut off may be an optional field at the end: then the rest is a whole message, and another one.
    private func checkTruncations<Message: WireMessage>(of message: Message) throws {
        let frame = try message.encoded()
        for length in 5..<frame.count {
            #expect(try decoded(frame.prefix(length), as: Message.self) == nil, "cut at \(length) of \(frame.count)")
            let fields = frame[5..<length]
            do {
                let other = try Message(kind: frame[4], fields: fields)
                #expect(other != message)
                #expect(try other.encoded().dropFirst(5).elementsEqual(fields))
            } catch { continue }
        }
    }

    @Test(
        "A message cut anywhere is incomplete or refused, never taken for the whole", arguments: SampleMessages.client)
    func clientTruncation(message: ClientMessage) throws { try checkTruncations(of: message) }

    @Test("A reply cut anywhere is incomplete or refused, never taken for the whole", arguments: SampleMessages.server)
    func serverTruncation(message: ServerMessage) throws { try checkTruncations(of: message) }

    @Test("Messages arrive whole when their bytes come one by one, or all at once")
    func pieces() throws {
        let bytes = try SampleMessages.client.flatMap { try $0.encoded() }
        for size in [1, 3, 1000, bytes.count] {
            var assembler = MessageAssembler()
            var messages: [ClientMessage] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                assembler.append(Array(bytes[start..<min(start + size, bytes.count)]))
                while let message = try assembler.next(ClientMessage.self) { messages.append(message) }
            }
            #expect(messages == SampleMessages.client)
            #expect(!assembler.isMidway)
        }
    }

    @Test("A frame that says it is longer than a mebibyte, or empty, is refused before its bytes are awaited")
    func frameLength() throws {
        for (header, length) in [
            ([0, 16, 0, 1], 1_048_577), ([255, 255, 255, 255], 4_294_967_295), ([0, 0, 0, 0], 0),
        ] {
            #expect(throws: ProtocolError.frameLength(length)) {
                try decoded(header.map(UInt8.init), as: ClientMessage.self)
            }
        }
        #expect(throws: ProtocolError.self) { try ServerMessage.output(Array(repeating: 0, count: 1 << 20)).encoded() }
    }

    @Test(
        "Text that is not UTF-8 or holds NUL is refused",
        arguments: [[0xff], [0x61, 0], [0xc0, 0xaf], [0xed, 0xa0, 0x80]])
    func text(bytes: [UInt8]) {
        let fields: [UInt8] = [1, 0, 0, 0, UInt8(bytes.count)] + bytes
        #expect(throws: ProtocolError.invalidValue(tag: 1)) { try ServerMessage(kind: 11, fields: fields[...]) }
    }

    @Test("A field that is unknown, repeated or out of order is refused")
    func order() throws {
        let first: [UInt8] = [1, 0, 0, 0, 2, 0, 24]
        let second: [UInt8] = [2, 0, 0, 0, 2, 0, 80]
        #expect(
            try ClientMessage(kind: 14, fields: (first + second)[...])
                == .windowSize(TerminalSize(rows: 24, columns: 80))
        )
        #expect(throws: ProtocolError.missingField(tag: 1)) {
            try ClientMessage(kind: 14, fields: (second + first)[...])
        }
        #expect(throws: ProtocolError.missingField(tag: 2)) {
            try ClientMessage(kind: 14, fields: (first + first)[...])
        }
        #expect(throws: ProtocolError.unexpectedField(tag: 2)) {
            try ClientMessage(kind: 14, fields: (first + second + second)[...])
        }
        #expect(throws: ProtocolError.unexpectedField(tag: 9)) { try ClientMessage(kind: 3, fields: [9, 0, 0, 0, 0]) }
    }

    @Test("Counts, options, choices and digests outside their bounds are refused, whatever memory they ask for")
    func bounds() throws {
        let list: [UInt8] = [1, 0, 0, 0, 4, 255, 255, 255, 255]
        #expect(throws: ProtocolError.tooLong(tag: 1)) { try ServerMessage(kind: 9, fields: list[...]) }
        let count: [UInt8] = [1, 0, 0, 0, 4, 0, 0, 0, 1]
        #expect(throws: ProtocolError.truncated) { try ServerMessage(kind: 9, fields: count[...]) }
        let option: [UInt8] = [1, 0, 0, 0, 4, 0x80, 0, 0, 0]
        #expect(throws: ProtocolError.invalidValue(tag: 1)) { try ClientMessage(kind: 8, fields: option[...]) }
        for signal: UInt8 in [0, 9, 19, 255] {
            #expect(throws: ProtocolError.invalidValue(tag: 1)) {
                try ClientMessage(kind: 15, fields: [1, 0, 0, 0, 1, signal])
            }
        }
        let identifier: [UInt8] = [1, 0, 0, 0, 8, 1, 0, 0, 0, 0, 0, 0, 0]
        #expect(throws: ProtocolError.invalidValue(tag: 1)) { try ClientMessage(kind: 4, fields: identifier[...]) }
        let many = ClientMessage.run(
            RunRequest(arguments: Array(repeating: "", count: 4097), workingDirectory: "/"))
        #expect(throws: ProtocolError.tooLong(tag: 1)) { try decoded(many.encoded(), as: ClientMessage.self) }
        let long = ClientMessage.answer(SecretBytes(Array(repeating: 65, count: 513)))
        #expect(throws: ProtocolError.tooLong(tag: 1)) { try decoded(long.encoded(), as: ClientMessage.self) }
        let none = ClientMessage.run(RunRequest(arguments: [], workingDirectory: "/"))
        #expect(throws: ProtocolError.invalidValue(tag: 1)) { try decoded(none.encoded(), as: ClientMessage.self) }
    }

    @Test("A mask of new files has permission bits and no others")
    func fileModeMask() {
        let message = ClientMessage.run(
            RunRequest(arguments: ["id"], workingDirectory: "/", fileModeMask: 0o1000))
        #expect(throws: ProtocolError.invalidValue(tag: 12)) { try decoded(message.encoded(), as: ClientMessage.self) }
    }

    @Test("A variable without a name, or with = in it, is refused", arguments: ["", "=", "A=B"])
    func variableName(name: String) {
        let message = ClientMessage.run(
            RunRequest(
                arguments: ["id"], workingDirectory: "/", environment: [SentVariable(name: name, value: "x")]))
        #expect(throws: ProtocolError.invalidValue(tag: 1)) { try decoded(message.encoded(), as: ClientMessage.self) }
    }

    @Test("Only version 1 is spoken")
    func version() {
        #expect(throws: Never.self) { try Hello(version: 1, program: "").check() }
        #expect(throws: ProtocolError.unsupportedVersion(2)) { try Hello(version: 2, program: "").check() }
    }

    @Test("The id of a request is twelve hexadecimal digits and nothing else")
    func identifiers() {
        #expect(RequestID(0xabc).description == "000000000abc")
        #expect(RequestID(text: "000000000abc") == RequestID(0xabc))
        for text in ["", "abc", "000000000ABC", "+00000000abc", "0000000000abc", "00000000000g"] {
            #expect(RequestID(text: text) == nil, "\(text)")
        }
    }

    @Test("A secret shows in no description, dump or reflection of its message")
    func secrets() {
        let message = ClientMessage.answer(SecretBytes("hunter2".utf8))
        var dumped = ""
        dump(message, to: &dumped)
        for text in ["\(message)", String(reflecting: message), dumped] { #expect(!text.contains("hunter2")) }
        #expect(SecretBytes("a".utf8) != SecretBytes("b".utf8))
        #expect(SecretBytes("a".utf8) != SecretBytes("ab".utf8))
    }
}
