/// The password in a URL, `scheme://user:password@host` (RFC 3986 §3.2.1), and the token that stands for a user in one of HTTP.
enum URLCredentials: SecretPattern {
    static let finds: [(text: String, masked: String)] = [
        ("postgres://app:hunter2@db/shop", "postgres://app:[masked]@db/shop"),
        ("git clone https://0123abcd@host/repo.git", "git clone https://[masked]@host/repo.git"),
        ("redis://:pa:ss@host:6379", "redis://:[masked]@host:6379"),
        ("http://a:p@ss@host/", "http://a:[masked]@host/"),
    ]
    static let leaves = [
        "https://host/path@2x.png", "ssh://git@host/repo", "https://host:8080/", "mailto:alice@example.org", "a://",
        "://@", "user@host",
        "http://a:@host/", "https://host?to=a:b@c",
    ]

    static func secrets(in text: ScannedText) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var index = 0
        while index < text.count {
            guard text.bytes[index] == UInt8(ascii: ":"), text.has("://", at: index) else {
                index += 1
                continue
            }
            let start = index + 3
            let end = text.end(from: start) { !$0.isBlank && !$0.isQuote && !"/?#".utf8.contains($0) }
            if let secret = secret(in: start..<end, isHTTP: isHTTP(before: index, in: text), text) {
                found.append(secret)
            }
            index = max(end, start)
        }
        return found
    }

    private static func isHTTP(before index: Int, in text: ScannedText) -> Bool {
        let before = text.lowercased[..<index]
        return before.suffix(4).elementsEqual("http".utf8) || before.suffix(5).elementsEqual("https".utf8)
    }

    private static func secret(in authority: Range<Int>, isHTTP: Bool, _ text: ScannedText) -> Range<Int>? {
        guard let at = text.bytes[authority].lastIndex(of: UInt8(ascii: "@")) else { return nil }
        let user = authority.lowerBound..<at
        if let colon = text.bytes[user].firstIndex(of: UInt8(ascii: ":")) {
            return colon + 1 < at ? (colon + 1)..<at : nil
        }
        return isHTTP && !user.isEmpty ? user : nil
    }
}
