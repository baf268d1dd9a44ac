internal import HostModel

/// Finds entities in text that people and programs wrote: log lines, messages, command lines.
///
/// The text is cut at blanks, quotes, brackets and commas. Each piece is held against the forms that entities have; a name without a form of
/// its own (a user, a host) is taken only behind a word that announces it: `for invalid user admin from 203.0.113.5 port 55123`.
///
/// Half of what triage does is this, so it goes by bytes: most words have nothing in them that an entity has, and cost no more than the look.
package struct EntityTextScanner {
    /// Bytes of one text that are looked at.
    package static let limit = 32_768

    private var collector: EntityCollector
    /// What the last two words announce, the nearest last.
    private var previous: (Announcement, Announcement) = (.nothing, .nothing)

    private typealias Bytes = UnsafeBufferPointer<UInt8>

    package static func scan(_ text: String, into collector: inout EntityCollector) {
        var scanner = EntityTextScanner(collector: collector)
        var text = text
        text.withUTF8 { scanner.scan(Bytes(rebasing: $0.prefix(limit))) }
        collector = scanner.collector
    }

    private init(collector: EntityCollector) { self.collector = collector }

    private mutating func scan(_ bytes: Bytes) {
        var index = 0
        while index < bytes.count {
            if Self.isBoundary(index, bytes) {
                index += 1
                continue
            }
            let start = index
            while index < bytes.count, !Self.isBoundary(index, bytes) { index += 1 }
            // `sshd[4242]:` names the program that wrote the line (RFC 3164 §4.1.3).
            if index < bytes.count, bytes[index] == UInt8(ascii: "["), Self.isProcessID(bytes, after: index),
                let process = EntityText.process(Self.text(bytes, start..<index))
            {
                collector.add(.process, process)
            }
            let word = Self.trimmed(start..<index, bytes)
            if !word.isEmpty {
                look(at: word, bytes)
                previous = (previous.1, Announcement(bytes[word]))
            }
        }
    }

    private static func text(_ bytes: Bytes, _ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    private static func isBoundary(_ index: Int, _ bytes: Bytes) -> Bool {
        switch bytes[index] {
        case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ","), UInt8(ascii: ";"),
            UInt8(ascii: "|"), UInt8(ascii: "`"):
            true
        // `evil[.]example` was defused by whoever wrote it, and is one word.
        case UInt8(ascii: "["): !isDefusedDot(index, bytes)
        case UInt8(ascii: "]"): index < 2 || !isDefusedDot(index - 2, bytes)
        default: false
        }
    }

    private static func isDefusedDot(_ index: Int, _ bytes: Bytes) -> Bool {
        index + 2 < bytes.count && bytes[index] == UInt8(ascii: "[") && bytes[index + 1] == UInt8(ascii: ".")
            && bytes[index + 2] == UInt8(ascii: "]")
    }

    private static func isProcessID(_ bytes: Bytes, after open: Int) -> Bool {
        var index = open + 1
        while index < bytes.count, (0x30...0x39).contains(bytes[index]), index - open < 9 { index += 1 }
        return index > open + 1 && index < bytes.count && bytes[index] == UInt8(ascii: "]")
    }

    private static func trimmed(_ word: Range<Int>, _ bytes: Bytes) -> Range<Int> {
        var (start, end) = (word.lowerBound, word.upperBound)
        while start < end, [0x2e, 0x3a, 0x21, 0x3f, 0x3d, 0x2a].contains(bytes[end - 1]) { end -= 1 }  // .:!?=*
        while start < end, [0x3a, 0x3d, 0x2a, 0x21, 0x40].contains(bytes[start]) { start += 1 }  // :=*!@
        return start..<end
    }

    private mutating func look(at word: Range<Int>, _ bytes: Bytes, depth: Int = 0) {
        let signs = Signs(bytes[word])
        // `a=b=c` is looked into twice at most: a text of nothing but those must not dig a hole in the stack.
        if depth < 2, signs.contains(.equals), let equals = bytes[word].firstIndex(of: UInt8(ascii: "=")) {
            let (name, value) = (word.lowerBound..<equals, (equals + 1)..<word.upperBound)
            if !value.isEmpty, name.count < 24 || !Self.hasScheme(bytes[word]), bytes[name].allSatisfy(Self.isOfName) {
                let names = EntityFields.normalized(Self.text(bytes, name))
                if EntityFields.add(Self.text(bytes, value), named: names, to: &collector) { return }
                let before = previous
                previous = (.nothing, Announcement(bytes[name]))
                look(at: value, bytes, depth: depth + 1)
                previous = before
                return
            }
        }
        if signs.mayBeFormed || word.count >= 32, formed(Self.text(bytes, word)[...], signs) { return }
        if previous.1.isOfNames { announced(Self.text(bytes, word)[...]) }
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte | 0x20) || byte == 0x5f || byte == 0x2e || byte == 0x2d
    }

    private static func hasScheme(_ bytes: Slice<Bytes>) -> Bool {
        bytes.indices.dropLast(2).contains {
            bytes[$0] == UInt8(ascii: ":") && bytes[$0 + 1] == UInt8(ascii: "/") && bytes[$0 + 2] == UInt8(ascii: "/")
        }
    }
}

extension EntityTextScanner {
    /// What has a form of its own.
    private mutating func formed(_ word: Substring, _ signs: Signs) -> Bool {
        let role = previous.1.role ?? previous.0.role
        if signs.contains([.colon, .slash]), let found = EntityText.url(word) {
            collector.add(.url, found.url)
            addHost(found.host, role)
            return true
        }
        if signs.contains(.dot) || signs.contains(.colon), addAddress(word, role) { return true }
        if word.utf8.count >= 32, let hash = EntityText.hash(word) {
            collector.add(.hash, hash)
            return true
        }
        if signs.contains(.dash), let cve = EntityText.cve(word) {
            collector.add(.cve, cve)
            return true
        }
        if signs.contains(.at), let email = EntityText.email(word) {
            collector.add(.email, email)
            return true
        }
        if !signs.isDisjoint(with: [.slash, .backslash]), let path = EntityText.path(word) {
            collector.add(.path, path)
            if path.hasSuffix(".exe"), let process = EntityText.process(path) { collector.add(.process, process) }
            return true
        }
        guard signs.contains(.dot) else { return false }
        if word.utf8.count > 4, word.suffix(4).lowercased() == ".exe", let process = EntityText.process(word) {
            collector.add(.process, process)
            return true
        }
        let defused = signs.contains(.bracket) ? word.replacing("[.]", with: ".")[...] : word
        if let domain = EntityText.domain(defused) {
            collector.add(.domain, domain)
            return true
        }
        return signs.contains(.bracket) && addAddress(defused, role)
    }

    private mutating func addHost(_ host: String, _ role: Entity.Role?) {
        if let address = EntityText.address(host) {
            collector.add(address.isIPv4 ? .ipv4 : .ipv6, "\(address)", role)
        } else if EntityText.domain(host) != nil {
            collector.add(.domain, host)
        }
    }

    /// `203.0.113.5`, `203.0.113.5:55123`, `203.0.113.5/55123` is none: a prefix length and a port look alike there.
    private mutating func addAddress(_ word: Substring, _ role: Entity.Role?) -> Bool {
        guard let first = word.utf8.first, (0x30...0x39).contains(first) || word.utf8.contains(0x3a) else {
            return false
        }
        if let address = EntityText.address(word) {
            collector.add(address.isIPv4 ? .ipv4 : .ipv6, "\(address)", role)
            return true
        }
        guard let colon = word.utf8.lastIndex(of: 0x3a), let address = EntityText.address(word[..<colon]),
            address.isIPv4, let port = EntityText.port(word[word.utf8.index(after: colon)...])
        else { return false }
        collector.add(.ipv4, "\(address)", role)
        collector.add(.port, "\(port)", role)
        return true
    }

    /// What is known by the word before it.
    private mutating func announced(_ word: Substring) {
        switch previous.1 {
        case .user:
            if let user = EntityText.user(word) { collector.add(.user, user, .target) }
        case .target, .actor:
            // "for invalid user admin" comes by the case above; "Failed password for root" by this one.
            if previous.0 == .opening, let user = EntityText.user(word), EntityText.address(word) == nil,
                user != "user", user != "invalid"
            {
                collector.add(.user, user, previous.1 == .actor ? .actor : .target)
            }
        case .port:
            if let port = EntityText.port(word) { collector.add(.port, "\(port)") }
        case .host:
            if let host = EntityText.host(word), host.utf8.count > 2 { collector.add(.host, host, .victim) }
        case .program:
            if word.utf8.count > 2, let process = EntityText.process(word), process.utf8.contains(where: { $0 > 0x39 })
            {
                collector.add(.process, process)
            }
        case .nothing, .opening, .source, .destination: break
        }
    }
}

/// Which signs a word has that tell what it can be.
private struct Signs: OptionSet {
    let rawValue: UInt8

    static let dot = Signs(rawValue: 1)
    static let colon = Signs(rawValue: 2)
    static let slash = Signs(rawValue: 4)
    static let backslash = Signs(rawValue: 8)
    static let at = Signs(rawValue: 16)
    static let dash = Signs(rawValue: 32)
    static let equals = Signs(rawValue: 64)
    static let bracket = Signs(rawValue: 128)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ word: Slice<UnsafeBufferPointer<UInt8>>) {
        var value: UInt8 = 0
        for byte in word {
            switch byte {
            case UInt8(ascii: "."): value |= 1
            case UInt8(ascii: ":"): value |= 2
            case UInt8(ascii: "/"): value |= 4
            case UInt8(ascii: "\\"): value |= 8
            case UInt8(ascii: "@"): value |= 16
            case UInt8(ascii: "-"): value |= 32
            case UInt8(ascii: "="): value |= 64
            case UInt8(ascii: "["): value |= 128
            default: break
            }
        }
        rawValue = value
    }

    /// Addresses, URLs, paths, names with dots, CVE ids: each has one of these.
    var mayBeFormed: Bool { !isDisjoint(with: [.dot, .colon, .slash, .backslash, .at, .dash]) }
}

/// What a word says about the one behind it.
private enum Announcement {
    case nothing, user
    /// `for` and `by`, where something was opened before.
    case target, actor
    case opening, port, host, program, source, destination

    var isOfNames: Bool {
        switch self {
        case .user, .target, .actor, .port, .host, .program: true
        case .nothing, .opening, .source, .destination: false
        }
    }

    var role: Entity.Role? {
        switch self {
        case .source, .actor: .source
        case .destination: .destination
        default: nil
        }
    }

    private static let words: [UInt128: Announcement] = {
        let words: [(Announcement, [String])] = [
            (.user, ["user", "username", "account", "logname"]), (.target, ["for"]), (.actor, ["by"]),
            (
                .opening,
                [
                    "password", "publickey", "key", "authentication", "opened", "closed", "login", "session", "root",
                ]
            ),
            (.port, ["port", "dpt", "spt"]), (.host, ["host", "hostname", "computer", "workstation"]),
            (.program, ["process", "program"]),
            (.source, ["from", "src", "source", "srcip", "client", "rhost", "attacker"]),
            (.destination, ["to", "dst", "dest", "destination", "dstip", "server", "target"]),
        ]
        return Dictionary(
            words.flatMap { meaning, words in words.map { (key($0.utf8) ?? 0, meaning) } },
            uniquingKeysWith: { first, _ in first })
    }()

    /// At most 16 letters as one number, in lower case, without `_` and `-`.
    private static func key(_ word: some Sequence<UInt8>) -> UInt128? {
        var (key, count) = (UInt128(0), 0)
        for byte in word where byte != UInt8(ascii: "_") && byte != UInt8(ascii: "-") {
            let letter = byte | 0x20
            guard (0x61...0x7a).contains(letter), count < 16 else { return nil }
            key = key << 8 | UInt128(letter)
            count += 1
        }
        return key
    }

    init(_ word: Slice<UnsafeBufferPointer<UInt8>>) {
        self = word.count <= 24 ? Self.key(word).flatMap { Self.words[$0] } ?? .nothing : .nothing
    }
}
