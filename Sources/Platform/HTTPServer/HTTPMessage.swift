/// The first part of a request (RFC 9112): all but its body. What is in it came from anybody.
package struct HTTPRequestHead: Sendable {
    package var method: String
    /// The target as it was sent, escapes and all, up to the `?`.
    package var path: String
    /// What stood behind the `?`, as it was sent; nil without one.
    package var query: String?
    /// In the order they were sent.
    package var fields: [(name: String, value: String)]
    package var client: HTTPClientAddress

    package init(
        method: String, path: String, query: String? = nil, fields: [(name: String, value: String)] = [],
        client: HTTPClientAddress
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.fields = fields
        self.client = client
    }

    /// - Parameter target: as it was sent: a path with its query, or all of a URL, whose host then stands for what Host says (RFC 9112 §3.2.2).
    /// - Returns: nil where the URL has no host, or a user's name before it (RFC 9110 §4.2.1, §4.2.4).
    init?(method: String, target: String, fields: [(name: String, value: String)], client: HTTPClientAddress) {
        var (fields, rest) = (fields, target[...])
        let bytes = target.utf8
        if let scheme = ["http://", "https://"].first(where: {
            bytes.prefix($0.utf8.count).elementsEqualIgnoringCase($0.utf8)
        }) {
            rest = rest.dropFirst(scheme.count)
            let host = rest.prefix { $0 != "/" && $0 != "?" }
            guard !host.isEmpty, !host.hasPrefix(":"), !host.contains("@") else { return nil }
            rest = rest.dropFirst(host.count)
            fields.removeAll { $0.name.utf8.elementsEqualIgnoringCase("host".utf8) }
            fields.append(("Host", String(host)))
        }
        let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        let path = rest[..<mark]
        // The path of a URL may be left out, and is the root then (RFC 9110 §4.2.3).
        self.init(
            method: method, path: path.isEmpty && rest.startIndex > target.startIndex ? "/" : String(path),
            query: mark < rest.endIndex ? String(rest[rest.utf8.index(after: mark)...]) : nil, fields: fields,
            client: client)
    }

    /// Whether the length of its body is told so that nobody reads it differently (RFC 9112 §6.3): one Content-Length, or one
    /// Transfer-Encoding, `chunked`, or neither.
    package var tellsLengthOnce: Bool {
        let codings = values(of: "transfer-encoding")
        let lengths = values(of: "content-length")
        return lengths.count + codings.count <= 1
            && codings.allSatisfy { $0.utf8.elementsEqualIgnoringCase("chunked".utf8) }
    }

    /// Whether each field's value is one: see `isFieldValue`.
    package var hasFieldValues: Bool { fields.allSatisfy { Self.isFieldValue($0.value.utf8) } }

    /// Neither NUL nor another control character than a tab (RFC 9110 §5.5).
    static func isFieldValue(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
    }

    /// Whether an empty line is in it.
    static func hasEnd(_ bytes: some Sequence<UInt8>) -> Bool {
        var isAtStart = false
        for byte in bytes where byte != 0x0d {
            if byte == 0x0a, isAtStart { return true }
            isAtStart = byte == 0x0a
        }
        return false
    }

    /// Every value of a field, by its name without regard to case.
    package func values(of name: String) -> [String] {
        fields.filter { $0.name.utf8.count == name.utf8.count && $0.name.utf8.elementsEqualIgnoringCase(name.utf8) }
            .map(\.value)
    }

    /// The value of a field that is there exactly once; nil when it is not there, or twice.
    package func value(of name: String) -> String? {
        let values = values(of: name)
        return values.count == 1 ? values[0] : nil
    }
}

package struct HTTPResponse: Sendable {
    package var status: Int
    package var fields: [(name: String, value: String)]
    package var body: [UInt8]

    package init(status: Int, fields: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}

/// What becomes of a request whose head is there.
package enum HTTPAdmission: Sendable {
    /// It is answered without its body.
    case refuse(HTTPResponse)
    /// Its body, of at most so many bytes, is read and handed on. `answer` runs on a thread that may block.
    case read(limit: Int, answer: @Sendable ([UInt8]) -> HTTPResponse)
}

/// Answers requests.
package protocol HTTPHandling: Sendable {
    /// Looks at the head of a request, before anything of its body is read. Called on the network's thread: it must not block.
    func admit(_ head: HTTPRequestHead) -> HTTPAdmission

    /// What the listener itself has to refuse: 413 too large, 503 no room; and with an empty head 400 no HTTP, 431 too much of
    /// a head, 505 another version.
    func refusal(_ status: Int, _ head: HTTPRequestHead) -> HTTPResponse
}

/// What clients may take of the server.
package struct HTTPLimits: Sendable, Hashable {
    /// Connections at once, and of one client as `HTTPClientAddress.counted` has it.
    package var connections = 512
    package var connectionsPerClient = 256
    /// From the first byte of a request to its last; a connection without a request is closed after as long.
    package var patience = Duration.seconds(30)
    /// Threads that answer. Most of the time they wait for the disk, so there are more than processors.
    package var workers = 64
    /// Requests that wait for one of them; more are refused.
    package var queue = 1024
    /// Bytes of bodies in memory at once, of all requests together.
    package var bodies = 96 << 20
    /// Of the request line and all fields together.
    package static let headSize = 16 << 10
    /// Fields of one request.
    package static let fieldCount = 100
    /// The request line and all fields (and what the library needs of one connection besides).
    package var head = 32 << 10

    package init() {}
}

/// Why there is no server.
package struct HTTPServerError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

extension Sequence<UInt8> {
    /// ASCII letters alone; others are compared as they are (RFC 9110 §5.1).
    package func elementsEqualIgnoringCase(_ other: some Sequence<UInt8>) -> Bool {
        func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
        return elementsEqual(other) { lower($0) == lower($1) }
    }
}
