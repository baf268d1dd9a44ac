/// What a word says about the one behind it.
enum Announcement {
    case nothing, user
    /// `name`, which leaves to the word before it whose.
    case name
    /// `for` and `by`, where something was opened before.
    case target, actor
    case opening, port, program, source, destination
    /// Of any name, and of those that look like a host's alone.
    case host, server, on
    /// Of a program that one comes from or that comes from one.
    case parent, child
    /// What a program does to another, and what may be done to other things too.
    case spawned, started
    /// A method of HTTP or a word for its target: what is behind it is no file.
    case request
    /// Somebody else's: `C2 server`, `remote host`.
    case foreign

    var isOfNames: Bool {
        switch self {
        case .user, .target, .actor, .port, .host, .server, .on, .program, .parent, .child: true
        case .nothing, .name, .opening, .source, .destination, .spawned, .started, .request, .foreign: false
        }
    }

    var role: Entity.Role? {
        switch self {
        case .source, .actor: .source
        case .destination, .server: .destination
        default: nil
        }
    }

    private static let words: [UInt128: Announcement] = {
        let words: [(Announcement, [String])] = [
            (.user, ["user", "username", "account", "logname"]), (.name, ["name"]), (.target, ["for"]),
            (.actor, ["by"]),
            (
                .opening,
                [
                    "password", "publickey", "key", "authentication", "opened", "closed", "login", "session", "root",
                ]
            ),
            (.port, ["port", "dpt", "spt", "dport", "sport"]),
            (.host, ["host", "hostname", "computer", "workstation"]), (.server, ["server"]), (.on, ["on"]),
            (.program, ["process", "program"]), (.parent, ["parent"]), (.child, ["child"]),
            (.spawned, ["spawned", "forked"]), (.started, ["launched", "started", "executed", "created", "invoked"]),
            (.source, ["from", "src", "source", "srcip", "client", "rhost", "attacker"]),
            (.destination, ["to", "dst", "dest", "destination", "dstip", "target"]),
            (.request, ["url", "uri", "request", "requested", "requests", "href"]),
            (
                .foreign,
                [
                    "c2", "cnc", "control", "remote", "malicious", "external", "hostile", "phishing", "suspicious",
                    "unknown", "foreign", "hosted", "posted", "published", "registered", "served", "available",
                    "located", "downloaded", "visited",
                ]
            ),
        ]
        return Dictionary(
            words.flatMap { meaning, words in words.map { (key($0.utf8) ?? 0, meaning) } },
            uniquingKeysWith: { first, _ in first })
    }()

    /// RFC 9110 §9.1 and WebDAV's, which are written in capitals (§9.1: the method is case-sensitive): a sentence may say "delete /tmp/x".
    private static let methods: Set<String> = [
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PROPFIND", "MKCOL", "MOVE",
        "COPY",
    ]

    /// At most 16 letters and digits as one number, in lower case, without `_` and `-`.
    private static func key(_ word: some Sequence<UInt8>) -> UInt128? {
        var (key, count) = (UInt128(0), 0)
        for byte in word where byte != UInt8(ascii: "_") && byte != UInt8(ascii: "-") {
            let letter = byte | 0x20
            guard (0x61...0x7a).contains(letter) || (0x30...0x39).contains(byte), count < 16 else { return nil }
            key = key << 8 | UInt128(letter)
            count += 1
        }
        return key
    }

    init(_ word: Slice<UnsafeBufferPointer<UInt8>>) {
        self = word.count <= 24 ? Self.key(word).flatMap { Self.words[$0] } ?? .nothing : .nothing
        let isCapital =
            self == .nothing && (3...8).contains(word.count) && word.allSatisfy { (0x41...0x5a).contains($0) }
        if isCapital, Self.methods.contains(String(decoding: word, as: UTF8.self)) { self = .request }
    }
}
