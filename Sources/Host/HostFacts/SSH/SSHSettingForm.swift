/// How sshd_config(5) writes settings, and how they are kept: as `sshd -T` prints them.
enum SSHSettingForm {
    /// Keywords that may stand more than once and add up, each line one value or several.
    private static let cumulative: Set<String> = [
        "port", "listenaddress", "hostkey", "hostcertificate", "acceptenv", "allowusers", "denyusers", "allowgroups",
        "denygroups", "subsystem",
    ]
    /// Keywords of which the first line counts, with each of its words a value.
    private static let firstLine: Set<String> = [
        "setenv", "authorizedkeysfile", "authenticationmethods", "permitopen", "permitlisten",
    ]
    private static let algorithms: Set<String> = [
        "ciphers", "macs", "kexalgorithms", "hostkeyalgorithms", "pubkeyacceptedalgorithms",
        "hostbasedacceptedalgorithms", "casignaturealgorithms",
    ]
    private static let times: Set<String> = ["logingracetime", "clientaliveinterval"]
    /// Names that were current once.
    private static let aliases = [
        "challengeresponseauthentication": "kbdinteractiveauthentication",
        "skeyauthentication": "kbdinteractiveauthentication", "keepalive": "tcpkeepalive", "hostdsakey": "hostkey",
        "pubkeyacceptedkeytypes": "pubkeyacceptedalgorithms",
        "hostbasedacceptedkeytypes": "hostbasedacceptedalgorithms",
    ]

    /// A line as keyword (lower case, current name) and arguments; nil when it has no argument.
    static func split(_ line: Substring) -> (keyword: String, arguments: [String])? {
        guard let end = line.firstIndex(where: { $0.isBlank || $0 == "=" }) else { return nil }
        let keyword = line[..<end].lowercased()
        var rest = line[end...].trimmed
        if rest.first == "=" { rest = rest.dropFirst().trimmed }
        let arguments = words(rest)
        return arguments.isEmpty ? nil : (aliases[keyword] ?? keyword, arguments)
    }

    /// Adds what a line says, unless an earlier line has said it.
    static func add(_ keyword: String, _ arguments: [String], to settings: inout [String: [String]]) {
        if cumulative.contains(keyword) {
            let values = keyword == "subsystem" ? [arguments.joined(separator: " ")] : arguments
            settings[keyword, default: []] += values
            return
        }
        guard settings[keyword] == nil else { return }
        if firstLine.contains(keyword) {
            settings[keyword] = keyword == "authorizedkeysfile" ? [arguments.joined(separator: " ")] : arguments
        } else {
            settings[keyword] = [normalized(keyword, arguments)]
        }
    }

    private static func normalized(_ keyword: String, _ arguments: [String]) -> String {
        let first = arguments[0]
        let lower = first.lowercased()
        if algorithms.contains(keyword) { return assembled(first, for: keyword) }
        if times.contains(keyword) { return seconds(first).map { String($0) } ?? first }
        switch (keyword, lower) {
        case ("permitrootlogin", "prohibit-password"): return "without-password"
        case ("compression", "delayed"), ("allowtcpforwarding", "all"), ("allowstreamlocalforwarding", "all"):
            return "yes"
        case ("loglevel", _), ("syslogfacility", _): return first.uppercased()
        case ("ipqos", _): return "\(lower) \(arguments.count > 1 ? arguments[1].lowercased() : lower)"
        case ("rekeylimit", _):
            let duration = arguments.count > 1 ? seconds(arguments[1]) ?? 0 : 0
            return "\(bytes(first)) \(duration)"
        case ("maxstartups", _) where !first.contains(":"): return "\(first):30:\(first)"
        case (_, "true"): return "yes"
        case (_, "false"): return "no"
        case (_, "yes"), (_, "no"), (_, "none"): return lower
        default: return arguments.joined(separator: " ")
        }
    }

    /// A list of algorithms: `+` adds to the default, `-` takes away, `^` puts in front; patterns stand for all known names they match.
    private static func assembled(_ written: String, for keyword: String) -> String {
        let standard = (SSHServerDefaults.settings[keyword]?.first ?? "").split(separator: ",").map(String.init)
        let known = SSHServerDefaults.available[keyword] ?? []
        let sign = written.first ?? " "
        let patterns = ("+-^".contains(sign) ? written.dropFirst() : written[...]).split(separator: ",").map(
            String.init)
        func matches(_ name: String, _ pattern: String) -> Bool {
            PathPattern.matches(Array(pattern.utf8)[...], Array(name.utf8)[...])
        }
        if sign == "-" {
            return standard.filter { name in !patterns.contains { matches(name, $0) } }.joined(separator: ",")
        }
        let chosen = patterns.flatMap { pattern in
            let hits = known.filter { matches($0, pattern) }
            return hits.isEmpty ? [pattern] : hits
        }
        let all = sign == "+" ? standard + chosen : sign == "^" ? chosen + standard : chosen
        var seen: Set<String> = []
        return all.filter { seen.insert($0).inserted }.joined(separator: ",")
    }

    /// The words of a line: quotes and backslashes as sshd reads them, a comment sign ends it.
    static func words(_ line: Substring) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var characters = line.makeIterator()
        while let character = characters.next() {
            if character == "\\" {
                let next = characters.next() ?? "\\"
                // Only a quote, a backslash and, outside of quotes, a space are escaped.
                let isEscape = next == "\\" || next == "\"" || next == "'" || (quote == nil && next == " ")
                word = (word ?? "") + (isEscape ? "" : "\\") + String(next)
            } else if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character.isBlank {
                if let finished = word { words.append(finished) }
                word = nil
            } else if character == "#", word == nil {
                break
            } else {
                word = (word ?? "") + String(character)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }

    /// `90`, `5m`, `1h30m`, in seconds (sshd_config(5), TIME FORMATS).
    static func seconds(_ text: String) -> Int? {
        if text.lowercased() == "none" { return 0 }
        var total = 0
        var digits = ""
        for character in text.lowercased() {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            let unit = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800][character]
            guard let unit, let number = Int32(digits) else { return nil }
            total += Int(number) * unit
            digits = ""
        }
        if digits.isEmpty { return total }
        return Int32(digits).map { total + Int($0) }
    }

    private static func bytes(_ text: String) -> Int {
        let lower = text.lowercased()
        guard lower != "default", let last = lower.last else { return 0 }
        let factor = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30][last]
        return (Int32(factor == nil ? lower : String(lower.dropLast())).map(Int.init) ?? 0) * (factor ?? 1)
    }

    /// `1.2.3.4:22` and `[::]:22` have one; `::` and `1.2.3.4` have none.
    static func hasPort(_ address: String) -> Bool {
        address.hasPrefix("[") ? address.contains("]:") : address.count { $0 == ":" } == 1
    }

    /// IPv6 addresses in brackets.
    static func bracketed(_ address: String) -> String {
        !address.hasPrefix("[") && address.count { $0 == ":" } > 1 ? "[\(address)]" : address
    }
}
