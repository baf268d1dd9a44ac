internal import HostModel

/// Finds entities in text that people and programs wrote: log lines, messages, command lines.
///
/// The text is cut at blanks, quotes, brackets and commas. Each piece is held against the forms that entities have; a name without a form of
/// its own (a user, a host) is taken only behind a word that announces it: `for invalid user admin from 203.0.113.5 port 55123`.
package struct EntityTextScanner {
    /// Bytes of one text that are looked at.
    package static let limit = 32_768

    private var collector: EntityCollector

    package static func scan(_ text: String, into collector: inout EntityCollector) {
        var scanner = EntityTextScanner(collector: collector)
        scanner.scan(text)
        collector = scanner.collector
    }

    private init(collector: EntityCollector) { self.collector = collector }

    private mutating func scan(_ text: String) {
        let bytes = Array(text.utf8.prefix(Self.limit))
        var previous: [String] = ["", "", ""]
        var index = 0
        while index < bytes.count {
            if Self.isBoundary(bytes[index]) {
                index += 1
                continue
            }
            let start = index
            while index < bytes.count, !Self.isBoundary(bytes[index]) { index += 1 }
            let raw = String(decoding: bytes[start..<index], as: UTF8.self)
            // `sshd[4242]:` names the program that wrote the line (RFC 3164 §4.1.3).
            if index < bytes.count, bytes[index] == UInt8(ascii: "["), Self.isProcessID(bytes, after: index),
                let process = EntityText.process(raw)
            {
                collector.add(.process, process)
            }
            let word = Self.trimmed(raw)
            if !word.isEmpty {
                look(at: word, behind: previous)
                previous = [previous[1], previous[2], Self.announcement(word)]
            }
        }
    }

    private static func isBoundary(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ","), UInt8(ascii: ";"),
            UInt8(ascii: "|"), UInt8(ascii: "`"), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }

    private static func isProcessID(_ bytes: [UInt8], after open: Int) -> Bool {
        var index = open + 1
        while index < bytes.count, (0x30...0x39).contains(bytes[index]), index - open < 9 { index += 1 }
        return index > open + 1 && index < bytes.count && bytes[index] == UInt8(ascii: "]")
    }

    private static func trimmed(_ word: String) -> Substring {
        var word = word[...]
        while let last = word.utf8.last, ".:!?=*".utf8.contains(last) { word.removeLast() }
        while let first = word.utf8.first, ":=*!@".utf8.contains(first) { word.removeFirst() }
        return word
    }

    /// The word as those behind it see it.
    private static func announcement(_ word: Substring) -> String {
        guard word.utf8.count <= 24 else { return "" }
        return word.lowercased().filter { $0 != "_" && $0 != "-" }
    }

    private mutating func look(at word: Substring, behind previous: [String], depth: Int = 0) {
        let role = Self.role(previous)
        // `a=b=c` is looked into twice at most: a text of nothing but those must not dig a hole in the stack.
        if depth < 2, let equals = word.firstIndex(of: "="), !word.contains("://") || word[..<equals].utf8.count < 24 {
            let (name, value) = (word[..<equals], word[word.index(after: equals)...])
            if !value.isEmpty,
                name.utf8.allSatisfy({
                    ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7a || $0 == 0x5f || $0 == 0x2e || $0 == 0x2d
                })
            {
                if EntityFields.add(String(value), named: EntityFields.normalized(String(name)), to: &collector) {
                    return
                }
                return look(at: value, behind: ["", "", Self.announcement(name)], depth: depth + 1)
            }
        }
        if formed(word, role) { return }
        announced(word, behind: previous)
    }

    /// What has a form of its own.
    private mutating func formed(_ word: Substring, _ role: Entity.Role?) -> Bool {
        if word.contains("://"), let found = EntityText.url(word) {
            collector.add(.url, found.url)
            addHost(found.host, role)
            return true
        }
        if addAddress(word, role) { return true }
        if word.utf8.count >= 32, let hash = EntityText.hash(word) {
            collector.add(.hash, hash)
            return true
        }
        if let cve = EntityText.cve(word) {
            collector.add(.cve, cve)
            return true
        }
        if word.contains("@"), let email = EntityText.email(word) {
            collector.add(.email, email)
            return true
        }
        if let path = EntityText.path(word) {
            collector.add(.path, path)
            if path.hasSuffix(".exe"), let process = EntityText.process(path) { collector.add(.process, process) }
            return true
        }
        if word.utf8.count > 4, word.lowercased().hasSuffix(".exe"), let process = EntityText.process(word) {
            collector.add(.process, process)
            return true
        }
        let defused = word.contains("[.]") ? word.replacing("[.]", with: ".")[...] : word
        if let domain = EntityText.domain(defused) {
            collector.add(.domain, domain)
            return true
        }
        return false
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
        guard let colon = word.lastIndex(of: ":"), let address = EntityText.address(word[..<colon]), address.isIPv4,
            let port = EntityText.port(word[word.index(after: colon)...])
        else { return false }
        collector.add(.ipv4, "\(address)", role)
        collector.add(.port, "\(port)", role)
        return true
    }

    /// What is known by the word before it.
    private mutating func announced(_ word: Substring, behind previous: [String]) {
        switch previous[2] {
        case "user", "username", "account", "logname":
            if let user = EntityText.user(word) { collector.add(.user, user, .target) }
        case "for", "by":
            // "for invalid user admin" comes by the case above; "Failed password for root" by this one.
            let opens = [
                "password", "publickey", "key", "authentication", "opened", "closed", "login", "session", "root",
            ]
            if opens.contains(previous[1]), let user = EntityText.user(word), EntityText.address(word) == nil,
                user != "user", user != "invalid"
            {
                collector.add(.user, user, previous[2] == "by" ? .actor : .target)
            }
        case "port", "dpt", "spt":
            if let port = EntityText.port(word) { collector.add(.port, "\(port)") }
        case "host", "hostname", "computer", "workstation":
            if let host = EntityText.host(word), host.utf8.count > 2 { collector.add(.host, host, .victim) }
        case "process", "program":
            if word.utf8.count > 2, let process = EntityText.process(word), process.utf8.contains(where: { $0 > 0x39 })
            {
                collector.add(.process, process)
            }
        default: break
        }
    }

    private static func role(_ previous: [String]) -> Entity.Role? {
        for word in [previous[2], previous[1]] {
            switch word {
            case "from", "src", "source", "srcip", "client", "rhost", "attacker", "by": return .source
            case "to", "dst", "dest", "destination", "dstip", "server", "target": return .destination
            default: continue
            }
        }
        return nil
    }
}
