/// What producers and the core say to each other over the local socket. A request is a line `BATCH PRODUCER SEQUENCE LENGTH` and as many bytes
/// (a JSON object, an array or NDJSON); the answer is a line `STATUS LENGTH` and a JSON document. A connection carries any number of
/// requests, one after the other.
package enum IntakeFrame {
    package static let lineLimit = 256
    package static let bodyLimit = 16 << 20

    package struct Request: Sendable, Hashable {
        /// Who keeps the spool; `-` for a sender without one, whose batches have no number.
        package var producer: String
        package var sequence: Int
        package var body: [UInt8]

        package init(producer: String = "-", sequence: Int = 0, body: [UInt8]) {
            self.producer = producer
            self.sequence = sequence
            self.body = body
        }

        var bytes: [UInt8] { Array("BATCH \(producer) \(sequence) \(body.count)\n".utf8) + body }
    }

    package struct Response: Sendable, Hashable {
        /// As HTTP has them: 200, 201, 207, 400, 503.
        package var status: Int
        package var body: [UInt8]

        /// Whether the core has taken charge of the batch, or never will: then there is no use in sending it again.
        package var isFinal: Bool { status < 500 }

        var bytes: [UInt8] { Array("\(status) \(body.count)\n".utf8) + body }
    }

    /// The words of a request's first line; nil when it is none.
    static func request(line: ArraySlice<UInt8>) -> (producer: String, sequence: Int, length: Int)? {
        let words = String(decoding: line, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 4, words[0] == "BATCH", isProducer(words[1]), let sequence = number(words[2]),
            let length = number(words[3]), length <= bodyLimit
        else { return nil }
        return (String(words[1]), sequence, length)
    }

    static func response(line: ArraySlice<UInt8>) -> (status: Int, length: Int)? {
        let words = String(decoding: line, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, let status = number(words[0]), (200...599).contains(status),
            let length = number(words[1]),
            length <= bodyLimit
        else { return nil }
        return (status, length)
    }

    private static func isProducer(_ word: Substring) -> Bool {
        (1...64).contains(word.utf8.count)
            && word.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x2d }
    }

    private static func number(_ word: Substring) -> Int? {
        (1...15).contains(word.utf8.count) && word.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(word) : nil
    }
}
