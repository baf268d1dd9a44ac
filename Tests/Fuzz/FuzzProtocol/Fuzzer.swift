import BrokerProtocol

/// What libFuzzer calls with bytes of its own making (https://llvm.org/docs/LibFuzzer.html): the first chooses a side, the rest come in
/// as from a socket. Bytes that are taken for a message have to be the one form of it.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let side = bytes.first else { return 0 }
    if side & 1 == 0 {
        check(bytes.dropFirst(), as: ClientMessage.self)
    } else {
        check(bytes.dropFirst(), as: ServerMessage.self)
    }
    return 0
}

private func check<Message: WireMessage>(_ bytes: ArraySlice<UInt8>, as type: Message.Type) {
    var assembler = MessageAssembler()
    assembler.append(Array(bytes))
    var rest = bytes
    do throws(ProtocolError) {
        while let message = try assembler.next(type) {
            let frame = try message.encoded()
            precondition(rest.starts(with: frame), "\(message) has another form")
            rest = rest.dropFirst(frame.count)
        }
    } catch {
        // Refused: what most input deserves.
    }
}
