/// The value of a name that says it is a secret: `password=…`, `"api_key": "…"`, `--token …`, `X-Auth-Token: …`.
enum AssignedSecret: SecretPattern {
    static let finds: [(text: String, masked: String)] = [
        ("--password=hunter2 --host db", "--password=[masked] --host db"),
        ("mysql --password hunter2 shop", "mysql --password [masked] shop"),
        ("PGPASSWORD='two words' psql", "PGPASSWORD='[masked]' psql"),
        ("DB_PASS=hunter2", "DB_PASS=[masked]"),
        ("a=1&token=abc123&b=2", "a=1&token=[masked]&b=2"),
        (#"{"client_secret": "s3cr\"et", "id": 4}"#, #"{"client_secret": "[masked]", "id": 4}"#),
        ("X-Auth-Token: 0123abcd", "X-Auth-Token: [masked]"),
        ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG", "AWS_SECRET_ACCESS_KEY=[masked]"),
        ("apiKey: 99bottles", "apiKey: [masked]"),
    ]
    static let leaves = [
        "PWD=/root", "OLDPWD=/", "--password-file=/etc/db", "--password-file /etc/db", "--max-tokens=100",
        "compass=north",
        "--no-password host", "--password=", "--password --force", "--password=$DB_PASSWORD", "--token ${TOKEN}",
        "reset the password: see the wiki", "the token expired", "tokenizer=fast", "key=public", "token::parse",
        "secret://vault/x",
    ]

    static func secrets(in text: ScannedText) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var covered = 0
        text.forEachName { name in
            guard name.lowerBound >= covered, SecretName.isSecret(text.bytes[name]),
                let value = value(after: name, in: text), !value.isEmpty,
                !text.bytes[value].contains(where: { $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "`") })
            else { return }
            found.append(value)
            covered = value.upperBound
        }
        return found
    }

    private static func value(after name: Range<Int>, in text: ScannedText) -> Range<Int>? {
        var index = name.upperBound
        let isQuoted = text[index]?.isQuote == true
        if isQuoted { index += 1 }
        let separator = text.end(from: index, limit: 4, while: \.isBlank)
        switch text[separator] {
        case UInt8(ascii: "="): return value(from: separator + 1, in: text)
        case UInt8(ascii: ":"):
            let next = text[separator + 1]
            guard next != UInt8(ascii: ":"), next != UInt8(ascii: "/") else { return nil }
            let value = value(from: separator + 1, in: text)
            // In a sentence a word follows; in a header or a document something that is none.
            let isSentence = !isQuoted && text.bytes[value].allSatisfy(\.isLetter)
            return isSentence ? nil : value
        default:
            // `--token VALUE` in a text that is a command line.
            let isOption = text.has("--", at: name.lowerBound) && !text.has("--no-", at: name.lowerBound)
            guard isOption, separator > index, text[separator] != UInt8(ascii: "-") else { return nil }
            return value(from: separator, in: text)
        }
    }

    private static func value(from index: Int, in text: ScannedText) -> Range<Int> {
        let start = text.end(from: index, limit: 4, while: \.isBlank)
        guard let quote = text[start], quote.isQuote else {
            return start..<text.end(from: start) { !$0.isBlank && !$0.isQuote && !"&;,)}".utf8.contains($0) }
        }
        var end = start + 1
        while let byte = text[end], byte != quote { end += byte == UInt8(ascii: "\\") ? 2 : 1 }
        return (start + 1)..<min(end, text.count)
    }
}
