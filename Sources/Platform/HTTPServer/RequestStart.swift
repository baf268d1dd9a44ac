private import CMicroHTTPD
private import Glibc

/// The first bytes of a connection, looked at before the library has them: it answers what is no request of HTTP with a page of its own,
/// whose head version 0.9.75 sends twice.
///
/// A TCP connection is accepted once its first bytes are there (TCP_DEFER_ACCEPT, tcp(7)), so that there is something to look at: mostly
/// the whole head. What is not there yet, and what comes later on the same connection, is the library's to refuse.
struct RequestStart {
    enum Form: Sendable, Hashable {
        /// A request, or what may become one.
        case request
        /// A request of another version of HTTP than 1.0 and 1.1.
        case otherVersion
        /// A head that is larger, or has more fields, than is read.
        case tooMuch
        case other
    }

    /// Looks at what has come on a socket, and leaves it there.
    static func form(on socket: Int32) -> Form {
        var bytes = [UInt8](repeating: 0, count: HTTPLimits.headSize + 1)
        let count = recv(socket, &bytes, bytes.count, Int32(MSG_PEEK | MSG_DONTWAIT))
        // Nothing yet, or an end that the library sees as well.
        guard count > 0 else { return .request }
        let form = form(of: bytes[..<count])
        // A head that has not ended by then is too large; a body may follow one that has.
        guard form == .request, count > HTTPLimits.headSize else { return form }
        return HTTPRequestHead.hasEnd(bytes) ? .request : .tooMuch
    }

    /// The form of a request line (RFC 9112 §3): `METHOD SP target SP HTTP/1.1`, empty lines before it left out of regard (§2.2). Where its
    /// end is not there yet, what is there decides.
    static func form(of bytes: ArraySlice<UInt8>) -> Form {
        let text = bytes.drop { $0 == 0x0d || $0 == 0x0a }
        let end = text.firstIndex(of: 0x0a)
        var line = end.map { text[..<$0] } ?? text
        if line.last == 0x0d { line.removeLast() }
        let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard let method = parts.first, method.allSatisfy(isTokenByte), method.count <= 32 else { return .other }
        // A line that is whole has all three; without its end even its method may be half there.
        if line.isEmpty { return .request }
        if method.isEmpty { return .other }
        guard line.allSatisfy({ (0x20...0x7e).contains($0) || $0 >= 0x80 }) else { return .other }
        let name = Array("HTTP/".utf8)
        guard end != nil else {
            return parts.count < 3 || parts.count == 3 && name.starts(with: parts[2].prefix(name.count))
                ? .request : .other
        }
        guard parts.count == 3, !parts[1].isEmpty else { return .other }
        let version = Array(parts[2])
        guard version.count == 8, version.starts(with: name), version[6] == UInt8(ascii: "."),
            (0x30...0x39).contains(version[5]), (0x30...0x39).contains(version[7])
        else { return .other }
        guard version[5] == UInt8(ascii: "1") else { return .otherVersion }
        return fields(of: end.map { text[($0 + 1)...] } ?? [], needsHost: version[7] != UInt8(ascii: "0"))
    }

    /// The form of the lines behind the request line (RFC 9112 §5), as far as all of them are there: `name: value` each, without a blank
    /// before the colon (§5.1) or a continuation (§5.2), one Host from HTTP/1.1 on (§3.2), a Content-Length of digits.
    private static func fields(of bytes: ArraySlice<UInt8>, needsHost: Bool) -> Form {
        var (rest, count, hosts) = (bytes, 0, 0)
        while let end = rest.firstIndex(of: 0x0a) {
            var line = rest[..<end]
            rest = rest[(end + 1)...]
            if line.last == 0x0d { line.removeLast() }
            if line.isEmpty { return needsHost && hosts != 1 || hosts > 1 ? .other : .request }
            count += 1
            guard count <= HTTPLimits.fieldCount else { return .tooMuch }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
                line[..<colon].allSatisfy(isTokenByte), HTTPRequestHead.isFieldValue(line[(colon + 1)...])
            else { return .other }
            let name = line[..<colon]
            if name.elementsEqualIgnoringCase("host".utf8) { hosts += 1 }
            if name.elementsEqualIgnoringCase("content-length".utf8) {
                let value = line[(colon + 1)...].filter { $0 != 0x20 && $0 != 0x09 }
                guard !value.isEmpty, value.count <= 18, value.allSatisfy({ (0x30...0x39).contains($0) }) else {
                    return .other
                }
            }
        }
        return .request
    }

    /// RFC 9110 §5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

extension HTTPResponse {
    /// As it goes over a connection that ends with it.
    var lastBytes: [UInt8] {
        let reasons = [431: "Request Header Fields Too Large", 505: "HTTP Version Not Supported"]
        var text = "HTTP/1.1 \(status) \(reasons[status] ?? "Bad Request")\r\n"
        let own = [("Connection", "close"), ("Content-Length", "\(body.count)")]
        for (name, value) in fields + own { text += "\(name): \(value)\r\n" }
        return Array(text.utf8) + [0x0d, 0x0a] + body
    }
}
