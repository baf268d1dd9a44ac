/// Makes text of bytes that come in pieces: a character that two pieces share is put together, and what is no UTF-8 becomes U+FFFD.
struct TextAssembler {
    /// The start of a character whose rest has not come.
    private var held: [UInt8] = []

    mutating func text(of bytes: some Collection<UInt8>) -> String {
        let all = held + bytes
        let whole = all.count - Self.unfinished(all)
        held = Array(all[whole...])
        return String(decoding: all[..<whole], as: UTF8.self)
    }

    /// What is held, as it is: nothing more will come.
    mutating func rest() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }

    /// How many bytes at the end are the start of a character that may yet be whole (RFC 3629): at most 3.
    private static func unfinished(_ bytes: [UInt8]) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0xc0 == 0x80 { continue }
            let length =
                switch byte {
                case 0xc2...0xdf: 2
                case 0xe0...0xef: 3
                case 0xf0...0xf4: 4
                default: 1
                }
            return length > back ? back : 0
        }
        return 0
    }
}
