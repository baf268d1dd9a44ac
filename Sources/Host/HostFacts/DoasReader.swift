import HostModel
import LinuxSystem

/// Reads doas.conf(5).
struct DoasReader {
    private static let programs = ["/usr/bin/doas", "/usr/local/bin/doas", "/bin/doas"]
    private static let files = ["/etc/doas.conf", "/usr/local/etc/doas.conf"]
    /// OpenDoas reads no more either, by far.
    private static let ruleLimit = 10_000

    static func read(_ tree: FileTree) -> Observation<DoasPolicy> {
        guard programs.contains(where: { tree.hasFile($0) }) else {
            return .absent(why: "doas is not installed", from: programs[0])
        }
        var policy = DoasPolicy()
        for path in files {
            switch tree.observeText(path, limit: 1 << 20) {
            case .absent: continue
            case .unseen(let gap): return .unseen(gap)
            case .seen(let text, _):
                if let file = tree.observeFile(path).value { policy.files.append(file) }
                for line in DoasLines(text) {
                    guard policy.rules.count < ruleLimit else { break }
                    let location = "\(path):\(line.number)"
                    if let rule = rule(line.words, location: location) {
                        policy.rules.append(rule)
                    } else {
                        policy.malformed.append(location)
                    }
                }
            }
        }
        if policy.files.isEmpty { return .absent(why: "doas has no rules and refuses everything", from: files[0]) }
        return .seen(policy, from: policy.files.map(\.path).joined(separator: ", "))
    }

    /// `permit|deny [options] identity [as target] [cmd command [args …]]`.
    static func rule(_ words: [String], location: String) -> DoasPolicy.Rule? {
        var rest = words[...]
        guard let action = rest.popFirst(), action == "permit" || action == "deny" else { return nil }
        var options: Set<String> = []
        while let word = rest.first, ["nopass", "persist", "keepenv", "nolog", "setenv"].contains(word) {
            options.insert(word)
            rest.removeFirst()
            guard word == "setenv" else { continue }
            guard rest.popFirst() == "{", let end = rest.firstIndex(of: "}") else { return nil }
            rest = rest[(end + 1)...]
        }
        guard let identity = rest.popFirst(), !identity.isEmpty, identity != "as", identity != "cmd" else { return nil }
        var rule = DoasPolicy.Rule(
            permits: action == "permit", options: options, identity: identity, target: nil, command: nil,
            arguments: nil, location: location)
        if rest.first == "as" {
            guard let target = rest.dropFirst().first else { return nil }
            rule.target = target
            rest = rest.dropFirst(2)
        }
        if rest.first == "cmd" {
            guard let command = rest.dropFirst().first else { return nil }
            rule.command = command
            rest = rest.dropFirst(2)
            if rest.first == "args" {
                rule.arguments = Array(rest.dropFirst())
                rest = []
            }
        }
        return rest.isEmpty ? rule : nil
    }
}

/// The rules of doas.conf(5) as words: `#` opens a comment, `"` quotes, a backslash takes the meaning off the next character, at the end
/// of a line off the line's end; braces are words of their own.
struct DoasLines: Sequence {
    struct Line {
        /// Where it starts, from 1.
        var number: Int
        var words: [String]
    }

    private var lines: [Line] = []

    func makeIterator() -> some IteratorProtocol<Line> { lines.makeIterator() }

    init(_ text: String) {
        var line = Line(number: 1, words: [])
        var word: String?
        var number = 1
        var isQuoted = false
        var characters = text.unicodeScalars[...]
        func end(_ word: inout String?, _ line: inout Line) {
            if let text = word { line.words.append(text) }
            word = nil
        }
        while let character = characters.popFirst() {
            switch character {
            case "\n":
                number += 1
                end(&word, &line)
                isQuoted = false
                if !line.words.isEmpty { lines.append(line) }
                line = Line(number: number, words: [])
            case "\\":
                if let next = characters.popFirst() {
                    if next == "\n" { number += 1 } else { word = (word ?? "") + String(next) }
                }
            case "\"":
                isQuoted.toggle()
                word = word ?? ""
            case _ where isQuoted: word = (word ?? "") + String(character)
            case "#":
                while let next = characters.first, next != "\n" {
                    _ = next
                    characters.removeFirst()
                }
            case " ", "\t", "\r": end(&word, &line)
            case "{", "}":
                end(&word, &line)
                line.words.append(String(character))
            default: word = (word ?? "") + String(character)
            }
        }
        end(&word, &line)
        if !line.words.isEmpty { lines.append(line) }
    }
}
