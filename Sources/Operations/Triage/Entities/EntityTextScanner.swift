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
    /// Whether a sign says that the last word names what follows: `(parent bash)`, `parent: bash`.
    private var isMarked = false
    /// Whether the word is the end of an element of HTML or XML: `</div>` is no path.
    private var isEndTag = false
    private var family = ProcessFamily()

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
                add(process: process)
            }
            let word = Self.trimmed(start..<index, bytes)
            guard !word.isEmpty else { continue }
            isEndTag = start > 0 && bytes[start - 1] == UInt8(ascii: "<") && bytes[start] == UInt8(ascii: "/")
            family.count += 1
            look(at: word, bytes)
            addPort(behind: word, bytes)
            let announcement = Announcement(bytes[word])
            // `Account Name: alice`, `process name: xmrig`.
            let isName = announcement == .name && [.user, .host, .program].contains(previous.1)
            if !isName { previous = (previous.1, announcement) }
            let isNaming = word.upperBound < index && [0x3a, 0x3d].contains(bytes[word.upperBound])
            isMarked = isNaming || start > 0 && bytes[start - 1] == UInt8(ascii: "(")
            if previous.1 == .spawned || previous.1 == .started { family.isAtWork() }
        }
    }

    /// The port of `[2001:db8::5]:443` (RFC 3986 §3.2.2), whose address is a word of its own.
    private mutating func addPort(behind word: Range<Int>, _ bytes: Bytes) {
        let end = word.upperBound
        guard word.lowerBound > 0, bytes[word.lowerBound - 1] == UInt8(ascii: "["), end + 2 < bytes.count,
            bytes[end] == UInt8(ascii: "]"), bytes[end + 1] == UInt8(ascii: ":"),
            EntityText.address(Self.text(bytes, word)).map({ !$0.isIPv4 }) == true
        else { return }
        let digits = bytes[(end + 2)...].prefix(6).prefix { (0x30...0x39).contains($0) }
        if let port = EntityText.port(String(decoding: digits, as: UTF8.self)) { collector.add(.port, "\(port)") }
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
        // `hxxp[:]//evil[.]example` was defused by whoever wrote it, and is one word.
        case UInt8(ascii: "["): !isDefusedDot(index, bytes)
        case UInt8(ascii: "]"): index < 2 || !isDefusedDot(index - 2, bytes)
        default: false
        }
    }

    private static func isDefusedDot(_ index: Int, _ bytes: Bytes) -> Bool {
        index + 2 < bytes.count && bytes[index] == UInt8(ascii: "[") && bytes[index + 2] == UInt8(ascii: "]")
            && (bytes[index + 1] == UInt8(ascii: ".") || bytes[index + 1] == UInt8(ascii: ":"))
    }

    private static func isProcessID(_ bytes: Bytes, after open: Int) -> Bool {
        var index = open + 1
        while index < bytes.count, (0x30...0x39).contains(bytes[index]), index - open < 9 { index += 1 }
        return index > open + 1 && index < bytes.count && bytes[index] == UInt8(ascii: "]")
    }

    private static func trimmed(_ word: Range<Int>, _ bytes: Bytes) -> Range<Int> {
        var (start, end) = (word.lowerBound, word.upperBound)
        while start < end, [0x2e, 0x3a, 0x21, 0x3f, 0x3d, 0x2a].contains(bytes[end - 1]) { end -= 1 }  // .:!?=*
        while start < end, [0x3a, 0x3d, 0x2a, 0x21, 0x40].contains(bytes[start]) {  // :=*!@
            // `::ffff:1.2.3.4` begins so.
            if bytes[start] == 0x3a, start + 2 < end, bytes[start + 1] == 0x3a { break }
            start += 1
        }
        return start..<end
    }

    private mutating func look(at word: Range<Int>, _ bytes: Bytes, depth: Int = 0) {
        let signs = WordSigns(bytes[word])
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
        if signs.mayBeFormed || word.count >= 32 {
            var (text, signs) = (Self.text(bytes, word), signs)
            if signs.contains(.bracket) {
                text = text.replacing("[.]", with: ".").replacing("[:]", with: ":")
                text.withUTF8 { signs = WordSigns($0[...]) }
            }
            if formed(text[...], signs) { return }
        }
        guard previous.1.isOfNames else { return }
        let name = Self.text(bytes, word)[...]
        // `process=process` is the name of one; in a sentence it is only a word.
        if depth > 0 || !OrdinaryWords.contains(name) { announced(name) }
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
    private mutating func formed(_ word: Substring, _ signs: WordSigns) -> Bool {
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
        if !signs.isDisjoint(with: [.slash, .backslash]), let path = EntityText.path(Self.withoutLine(word)) {
            if isEndTag || previous.1 == .request && path.hasPrefix("/") { return true }
            collector.add(.path, path)
            if path.hasSuffix(".exe") || isProgramAnnounced, let process = EntityText.process(path) {
                add(process: process)
            }
            return true
        }
        if signs.contains(.slash), let port = EntityText.portWithProtocol(word) {
            collector.add(.port, "\(port)")
            return true
        }
        // `tcp/203.0.113.80:443`, as Bailey names a socket.
        if signs.contains([.slash, .colon]), ["tcp/", "udp/"].contains(word.prefix(4)) {
            return addAddress(word.dropFirst(4), role)
        }
        guard signs.contains(.dot) else { return false }
        if word.utf8.count > 4, word.suffix(4).lowercased() == ".exe", let process = EntityText.process(word) {
            add(process: process)
            return true
        }
        guard let domain = EntityText.domain(word) else { return false }
        if isHostAnnounced { collector.add(.host, domain, .victim) } else { collector.add(.domain, domain) }
        return true
    }

    /// `/etc/ssh/sshd_config:62` is a line of a file.
    private static func withoutLine(_ word: Substring) -> Substring {
        guard word.utf8.first == UInt8(ascii: "/"), let colon = word.utf8.lastIndex(of: 0x3a) else { return word }
        let digits = word.utf8[word.utf8.index(after: colon)...]
        guard (1...7).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return word }
        return withoutLine(word[..<colon])
    }

    /// Whether the words before say that a name with dots is a host of one's own. `on server db-8.corp.example` and `on db-8.corp.example`
    /// do; `to host evil.example`, `C2 server evil.example` and `hosted on evil.example` speak of somebody else's.
    private var isHostAnnounced: Bool {
        guard [.host, .server, .on].contains(previous.1) else { return false }
        return ![.destination, .source, .foreign].contains(previous.0)
    }

    private var isProgramAnnounced: Bool { [.program, .parent, .child].contains(previous.1) }

    /// Adds a program with the part that it has among others, and lets others know of it.
    private mutating func add(process: String, _ known: Entity.Role? = nil) {
        let word = previous.1 == .program ? previous.0 : previous.1
        var role = known ?? (word == .parent ? .parent : word == .child ? .child : nil)
        if role == .parent, let child = family.named(before: process) { collector.add(.process, child, .child) }
        if let other = family.other(than: process, isBehindBy: previous.1 == .actor) {
            role = role ?? other.role
            collector.add(.process, other.process, other.role == .parent ? .child : .parent)
        }
        collector.add(.process, process, role)
        family.last = (process, family.count)
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
            if previous.0 == .opening, let user = EntityText.user(word), EntityText.address(word) == nil {
                collector.add(.user, user, previous.1 == .actor ? .actor : .target)
            }
            if previous == (.spawned, .actor) { addProgram(word, .parent) }
        case .port:
            if let port = EntityText.port(word) { collector.add(.port, "\(port)") }
        case .host:
            if let host = EntityText.host(word), host.utf8.count > 2 { collector.add(.host, host, .victim) }
        case .server, .on:
            if isHostAnnounced, let host = EntityText.hostByLook(word) { collector.add(.host, host, .victim) }
        case .program: addProgram(word)
        case .parent, .child:
            if isMarked { addProgram(word) }
        case .nothing, .name, .opening, .source, .destination, .spawned, .started, .request, .foreign: break
        }
    }

    private mutating func addProgram(_ word: Substring, _ role: Entity.Role? = nil) {
        guard word.utf8.count > 1, let process = EntityText.process(word),
            process.utf8.contains(where: { (0x61...0x7a).contains($0) })
        else { return }
        add(process: process, role)
    }
}

/// Which program of a text started which: `powershell.exe was spawned by winword.exe`, `winword.exe launched powershell.exe`.
private struct ProcessFamily {
    /// How many words were read.
    var count = 0
    /// The program that was named last, and its word's number.
    var last: (process: String, word: Int)?
    /// The program that did something to another or was made by one, and the number of the word that says so.
    private var pending: (process: String, word: Int)?

    /// Words that may stand between: `was`, `has been`, `a`, `process`.
    private static let distance = 3

    /// The word is one of what programs do to one another.
    mutating func isAtWork() {
        if let last, count - last.word <= Self.distance { pending = (last.process, count) }
    }

    /// The program just named, of which this one is said to be the parent: `nc (parent bash)`.
    func named(before process: String) -> String? {
        guard let last, count - last.word <= Self.distance, last.process != process else { return nil }
        return last.process
    }

    /// The program that was said to have to do with `process`, and the part that `process` has beside it.
    mutating func other(than process: String, isBehindBy: Bool) -> (process: String, role: Entity.Role)? {
        guard let known = pending, count - known.word <= Self.distance, known.process != process else { return nil }
        pending = nil
        return (known.process, isBehindBy ? .parent : .child)
    }
}
