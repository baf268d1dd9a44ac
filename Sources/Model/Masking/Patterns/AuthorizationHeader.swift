/// What HTTP sends to prove who it is: `Authorization`, `Proxy-Authorization`, `Cookie` (RFC 9110 §11.6, RFC 6265), and `Bearer` alone.
enum AuthorizationHeader: SecretPattern {
    static let finds: [(text: String, masked: String)] = [
        ("Authorization: Bearer abc.def", "Authorization: Bearer [masked]"),
        ("authorization: basic YWxpY2U6c2VjcmV0", "authorization: basic [masked]"),
        ("Proxy-Authorization: Digest username=\"a\", response=\"b\"", "Proxy-Authorization: Digest [masked]"),
        ("curl -H 'Authorization: token 12ab' https://host", "curl -H 'Authorization: token [masked]' https://host"),
        ("Authorization: s3cret", "Authorization: [masked]"),
        ("Cookie: session=1; other=2", "Cookie: [masked]"),
        ("use Bearer 0123456789abcdef.x", "use Bearer [masked]"),
    ]
    static let leaves = [
        "authorization is needed", "Authorization:", "a bearer of bad news", "cookie=chocolate",
        "bearer tokens are documented",
    ]

    private static let headers = ["authorization", "proxy-authorization", "cookie", "set-cookie"].map { Array($0.utf8) }
    private static let schemes = ["basic", "bearer", "digest", "negotiate", "token", "ntlm", "apikey"].map {
        Array($0.utf8)
    }

    /// Of headers, and of `bearer`.
    private static let lengths = Set(headers.map(\.count) + ["bearer".utf8.count]).sorted()

    static func secrets(in text: ScannedText) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var covered = 0
        text.forEachName { name in
            guard name.lowerBound >= covered, lengths.contains(name.count) else { return }
            let word = text.lowercased[name]
            var secret: Range<Int>?
            if headers.contains(where: { word.elementsEqual($0) }) {
                secret = credentials(after: name.upperBound, in: text)
            } else if word.elementsEqual("bearer".utf8) {
                let start = text.end(from: name.upperBound, limit: 4, while: \.isBlank)
                let end = text.end(from: start, while: \.isTokenPart)
                if start > name.upperBound, end - start >= 16 { secret = start..<end }
            }
            guard let secret, !secret.isEmpty else { return }
            found.append(secret)
            covered = secret.upperBound
        }
        return found
    }

    private static func credentials(after index: Int, in text: ScannedText) -> Range<Int>? {
        var index = index
        // A document's `"Authorization": "…"`; a header that is itself quoted ends at that quote.
        let isDocument = text[index] == UInt8(ascii: "\"")
        if isDocument { index += 1 }
        guard text[index] == UInt8(ascii: ":") else { return nil }
        index = text.end(from: index + 1, limit: 4, while: \.isBlank)
        if isDocument, text[index] == UInt8(ascii: "\"") { index += 1 }
        let word = text.end(from: index, while: \.isLetter)
        if text[word]?.isBlank == true, schemes.contains(where: { text.lowercased[index..<word].elementsEqual($0) }) {
            index = text.end(from: word, limit: 4, while: \.isBlank)
        }
        let isDigest = text.lowercased[..<index].suffix(7).elementsEqual("digest ".utf8)
        let end = text.end(from: index) {
            $0 != 0x0a && $0 != 0x0d && $0 != UInt8(ascii: "'") && (isDigest || $0 != UInt8(ascii: "\""))
        }
        return index..<end
    }
}
