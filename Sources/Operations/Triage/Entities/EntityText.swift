package import HostModel

/// The forms that entities have as text, strictly: what only looks like one is none.
package enum EntityText {
    /// An address without port, prefix length or zone. Unspecified, loopback and multicast addresses say nothing about who.
    package static func address(_ text: some StringProtocol) -> IPAddress? {
        guard text.utf8.count >= 2, text.utf8.count <= 45, let address = IPAddress(text)?.unmapped else { return nil }
        let isBroadcast = address.isIPv4 && address.low == 0xffff_ffff
        return address.isUnspecified || address.isLoopback || address.isMulticast || isBroadcast ? nil : address
    }

    /// MD5, SHA-1, SHA-256 or SHA-512 in hexadecimal digits, in lower case. All digits the same is a placeholder, digits alone a number.
    package static func hash(_ text: some StringProtocol) -> String? {
        guard [32, 40, 64, 128].contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) })
        else { return nil }
        let first = text.utf8.first
        guard !text.utf8.allSatisfy({ $0 == first }), text.utf8.contains(where: { $0 > 0x39 }) else { return nil }
        return text.lowercased()
    }

    /// `CVE-2021-44228`: a year and four to seven digits (https://cve.mitre.org, id syntax).
    package static func cve(_ text: some StringProtocol) -> String? {
        guard (13...16).contains(text.utf8.count), text.utf8.first.map({ $0 | 0x20 }) == 0x63 else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 3, parts[0].lowercased() == "cve", parts[1].utf8.count == 4,
            (4...7).contains(parts[2].utf8.count), let year = number(parts[1]), (1999...2100).contains(year),
            number(parts[2]) != nil
        else { return nil }
        return text.uppercased()
    }

    /// A domain name with at least two labels (RFC 1035 §2.3.1, underscores let pass) that ends in a top-level domain, not in what is
    /// more often a file's ending.
    package static func domain(_ text: some StringProtocol) -> String? {
        guard text.utf8.count <= 253, text.utf8.contains(0x2e) else { return nil }
        let name = text.lowercased()
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, let last = labels.last, isTopLevel(last), labels.allSatisfy(isLabel) else {
            return nil
        }
        return name
    }

    private static func isLabel(_ label: Substring) -> Bool {
        guard (1...63).contains(label.utf8.count), label.utf8.first != 0x2d, label.utf8.last != 0x2d else {
            return false
        }
        return label.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x2d || $0 == 0x5f
        }
    }

    private static func isTopLevel(_ label: Substring) -> Bool {
        if fileEndings.contains(String(label)) { return false }
        if label.utf8.count == 2 { return label.utf8.allSatisfy { (0x61...0x7a).contains($0) } }
        return topLevelDomains.contains(String(label)) || label.hasPrefix("xn--")
    }

    private static let fileEndings: Set<String> = [
        "sh", "py", "pl", "rs", "so", "md", "ps", "cc", "js", "gz", "db", "go", "ts", "id", "is", "vb", "zip", "mov",
    ]
    private static let topLevelDomains: Set<String> = [
        "com", "org", "net", "edu", "gov", "mil", "int", "info", "biz", "name", "pro", "app", "dev", "cloud", "online",
        "site",
        "xyz", "top", "club", "shop", "live", "tech", "store", "space", "website", "icu", "click", "link", "work",
        "world",
        "digital", "network", "systems", "solutions", "services", "agency", "email", "host", "page", "blog", "wiki",
        "mobi",
        "asia", "travel", "jobs", "museum", "aero", "coop", "arpa", "local", "lan", "internal", "corp", "onion",
        "example",
        "test", "invalid", "monster", "rest", "bar", "fun", "vip", "win", "bid", "loan", "download", "stream", "party",
    ]

    /// `name@domain` (RFC 5321 dot-string), in lower case.
    package static func email(_ text: some StringProtocol) -> String? {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), let domain = domain(parts[1]),
            parts[0].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !#"()<>[]:;,\""#.utf8.contains($0) })
        else { return nil }
        return "\(parts[0].lowercased())@\(domain)"
    }

    /// An absolute address with a host, without user and password. Its scheme and host are in lower case.
    package static func url(_ text: some StringProtocol) -> (url: String, host: String)? {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://"),
            text.utf8.count <= Entity.valueLimit
        else { return nil }
        var scheme = text[..<colon].lowercased()
        // Analysts and mail filters defuse links so that nobody follows them.
        if scheme.hasPrefix("hxxp") { scheme = "http" + scheme.dropFirst(4) }
        guard ["http", "https", "ftp", "ftps", "ws", "wss", "ldap", "ldaps", "smb", "rmi", "tcp"].contains(scheme)
        else {
            return nil
        }
        let rest = text[text.index(colon, offsetBy: 3)...]
        // Not by characters: a mark behind the slash joins it to one, and would hide the host.
        let end = rest.utf8.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex
        let authority = rest[..<end]
        let hostPort =
            authority.unicodeScalars.lastIndex(of: "@").map { authority[authority.unicodeScalars.index(after: $0)...] }
            ?? authority
        guard let host = host(ofAuthority: hostPort), rest[end...].unicodeScalars.allSatisfy({ $0.value > 0x20 }) else {
            return nil
        }
        return ("\(scheme)://\(hostPort.lowercased())\(rest[end...])", host)
    }

    private static func host(ofAuthority text: some StringProtocol) -> String? {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let inside = text[text.index(after: text.startIndex)..<end]
            return IPAddress(inside).map { "\($0)" }
        }
        let host = text.prefix { $0 != ":" }
        let port = text.dropFirst(host.count).dropFirst()
        guard port.isEmpty || self.port(port) != nil else { return nil }
        if let address = IPAddress(host) { return "\(address)" }
        if let domain = domain(host) { return domain }
        // Hosts of an internal network have one label.
        let label = host.lowercased()[...]
        return isLabel(label) && !label.utf8.allSatisfy({ (0x30...0x39).contains($0) }) ? String(label) : nil
    }

    package static func port(_ text: some StringProtocol) -> Int? {
        guard (1...5).contains(text.utf8.count), let number = number(text), (1...65_535).contains(number) else {
            return nil
        }
        return number
    }

    /// `tcp/443` and `443/tcp`.
    package static func portWithProtocol(_ text: some StringProtocol) -> Int? {
        guard text.utf8.count <= 10 else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let transports = ["tcp", "udp", "sctp"]
        return transports.contains(parts[0].lowercased())
            ? port(parts[1]) : transports.contains(parts[1].lowercased()) ? port(parts[0]) : nil
    }

    /// An absolute path of Unix (`/a/b`), Windows (`C:\a`) or of a share (`\\server\share`). Windows does not tell case apart.
    package static func path(_ text: some StringProtocol) -> String? {
        guard let first = text.utf8.first, first == 0x2f || first == 0x5c || (0x41...0x5a).contains(first & 0xdf) else {
            return nil
        }
        let bytes = Array(text.utf8.prefix(1_025))
        guard bytes.count >= 3, bytes.count <= 1_024, !bytes.contains(0) else { return nil }
        if bytes[0] == 0x2f {
            let isPlain = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x3c && $0 != 0x3e && $0 != 0x7c }
            return bytes[1] != 0x2f && isPlain && bytes.dropFirst().contains(where: { $0 != 0x2f }) ? String(text) : nil
        }
        let isDrive = (0x41...0x5a).contains(bytes[0] & 0xdf) && bytes[1] == 0x3a && bytes[2] == 0x5c
        let isShare = bytes[0] == 0x5c && bytes[1] == 0x5c && bytes[2] != 0x5c
        guard isDrive || isShare, bytes.count > 3 else { return nil }
        return text.lowercased()
    }

    /// An account: 1 to 64 characters without blanks and quotes; what stands for "nobody known" is none. A Windows domain before it goes
    /// (`CORP\alice`).
    package static func user(_ text: some StringProtocol) -> String? {
        var name = text[...]
        if let slash = name.unicodeScalars.lastIndex(of: "\\") {
            name = name[name.unicodeScalars.index(after: slash)...]
        }
        guard (1...64).contains(name.utf8.count),
            name.unicodeScalars.allSatisfy(isOfUser),
            ![
                "-", "n/a", "none", "null", "unknown", "(null)", "unset", "invalid", "illegal", "the", "a", "user",
                "users",
            ].contains(name.lowercased())
        else { return nil }
        return name.lowercased()
    }

    private static func isOfUser(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-", "$", "@", "+": true
        default: !scalar.isASCII && scalar.properties.isAlphabetic
        }
    }

    /// A host's name, in lower case, without the dot at its end.
    package static func host(_ text: some StringProtocol) -> String? {
        let name = text.lowercased()
        let trimmed = name.hasSuffix(".") ? name.dropLast() : name[...]
        guard trimmed.utf8.count <= 253, !["", "-", "unknown", "none", "null", "n/a"].contains(trimmed) else {
            return nil
        }
        return trimmed.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isLabel)
            ? String(trimmed) : nil
    }

    /// A host's name that looks like one by itself: letters, and a number behind them or behind a hyphen (`web-1`, `srv01`, `db-prod-02`).
    package static func hostByLook(_ text: some StringProtocol) -> String? {
        guard let name = host(text), !name.contains("."), let first = name.utf8.first, (0x61...0x7a).contains(first),
            let last = name.utf8.last, (0x30...0x39).contains(last) || name.utf8.contains(0x2d),
            name.utf8.contains(where: { (0x30...0x39).contains($0) }), name.utf8.count >= 4
        else { return nil }
        let stem = name.prefix { $0.isLetter }
        return stem.utf8.count < 2 || numberedThings.contains(String(stem)) ? nil : name
    }

    /// What has a number behind it, and is no host.
    private static let numberedThings: Set<String> = [
        "python", "ipv", "windows", "eth", "ens", "enp", "eno", "wlan", "sha", "md", "http", "ssh", "ssl", "tls",
        "utf", "port", "tcp", "udp", "vlan", "day", "week", "level", "stage", "layer", "phase", "tier", "tty", "pts",
        "sda", "sdb", "nvme", "disk", "cpu", "core", "page", "line", "step", "top", "version", "ubuntu", "debian",
        "centos", "rhel", "fedora", "office", "event", "rule", "attempt", "try", "jan", "feb", "mar", "apr", "may",
        "jun", "jul", "aug", "sep", "oct", "nov", "dec", "january", "february", "march", "april", "june", "july",
        "august", "september", "october", "november", "december", "case", "alert", "ticket", "item", "table", "part",
        "section", "cve", "kb", "raid", "mode", "type", "class", "exchange", "java", "php", "perl", "lua", "node",
        "log", "base", "arm", "amd",
    ]

    /// A program by its file's name, in lower case: `/usr/sbin/sshd` and `C:\Windows\System32\cmd.exe` are `sshd` and `cmd.exe`.
    package static func process(_ text: some StringProtocol) -> String? {
        let name = (text.utf8.split { $0 == 0x2f || $0 == 0x5c }.last.map { String(decoding: $0, as: UTF8.self) } ?? "")
            .lowercased()
        guard (1...128).contains(name.utf8.count), name.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x22 }), name != "-" else {
            return nil
        }
        return name
    }

    private static func number(_ text: some StringProtocol) -> Int? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }
}
