/// A request over HTTP or HTTPS. What it is printed as hides everything that may be secret.
package struct OutgoingRequest: Sendable, CustomStringConvertible {
    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package enum Proxy: Sendable, Hashable {
        /// Straight there, whatever the environment says.
        case none
        /// As `https_proxy`, `no_proxy` and their kin say (curl(1)).
        case environment
        case server(url: String)
    }

    package var method: String
    /// With scheme `http` or `https`, and no user or password in it.
    package var url: String
    /// Path of a socket to connect to in place of the URL's host and port.
    package var unixSocket: String?
    package var headers: [Header] = []
    package var body: [UInt8]
    /// Bytes of the answer's body; a longer one is an error.
    package var answerLimit = 1 << 20
    package var connectTimeout = Duration.seconds(10)
    /// For the whole: looking up, connecting, sending and the answer.
    package var timeout = Duration.seconds(30)
    /// Redirections that are followed, within the scheme alone. Only a request without headers and body may have any: those were for
    /// the first destination.
    package var redirectLimit = 0
    package var proxy = Proxy.none
    /// A PEM file of authorities that are trusted in place of the host's own.
    package var authorities: String?

    package init(_ method: String = "GET", _ url: String, body: [UInt8] = []) {
        self.method = method
        self.url = url
        self.body = body
    }

    package var description: String { "\(method) of \(body.count) bytes" }

    /// Why it cannot be sent: what would become another request on the wire.
    var objection: String? {
        guard isToken(method) else { return "the method is no token of HTTP (RFC 9110 §5.6.2)" }
        for header in headers {
            guard isToken(header.name) else { return "a header's name is no token of HTTP (RFC 9110 §5.6.2)" }
            guard header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
                return "the value of the header \(header.name) holds a control character"
            }
        }
        if redirectLimit > 0, !headers.isEmpty || !body.isEmpty {
            return "a request with headers or a body is not redirected: they are for one destination"
        }
        return nil
    }

    private func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}

/// What came back, by whatever status.
package struct HTTPAnswer: Sendable {
    package var status: Int
    /// In the order they came, names in lower case.
    package var headers: [OutgoingRequest.Header]
    package var body: [UInt8]

    /// The first value of a header.
    package func header(_ name: String) -> String? {
        headers.first { $0.name == name.lowercased() }?.value
    }
}
