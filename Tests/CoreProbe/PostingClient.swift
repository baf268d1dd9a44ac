import LinuxSystem

/// Posts alerts to a core's API over one connection that stays open. It shares the processors with the core, so it does little: libcurl takes a
/// fifth of what the core does.
struct PostingClient {
    private static let patience = Duration.seconds(30)

    private let connection: UnixConnection
    private let fields: String

    init(to socket: String, token: String) throws {
        connection = try .connect(to: socket, until: .now + Self.patience)
        fields = """
            POST /api/alerts HTTP/1.1\r
            Host: localhost\r
            Content-Type: application/json\r
            Authorization: Bearer \(token)\r
            Content-Length:
            """
    }

    /// The status of the answer, once all of that came.
    func post(_ body: [UInt8]) throws -> Int? {
        let deadline = ContinuousClock.now + Self.patience
        try connection.send(Array("\(fields) \(body.count)\r\n\r\n".utf8) + body, until: deadline)
        var answer: [UInt8] = []
        while !Self.isWhole(answer) {
            let more = try connection.receive(atMost: 64 << 10, until: deadline).bytes
            guard !more.isEmpty else { throw ProbeError(text: "the core closed the connection") }
            answer += more
        }
        return Self.lines(answer).first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }
    }

    private static func lines(_ answer: [UInt8]) -> [Substring] {
        String(decoding: answer, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
    }

    /// Whether an answer with a Content-Length is there to its end.
    private static func isWhole(_ answer: [UInt8]) -> Bool {
        let lines = lines(answer)
        guard let end = lines.firstIndex(of: "") else { return false }
        let length = lines[..<end].first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
        return answer.count >= lines[..<end].reduce(2) { $0 + $1.utf8.count + 2 } + (length ?? 0)
    }
}
