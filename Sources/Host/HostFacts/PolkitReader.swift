import HostModel
import LinuxSystem

/// Reads what polkit(8) decides by: the defaults of actions, rules in JavaScript, and the older `.pkla` entries.
///
/// A rule in JavaScript is not run: that would be the only way to know what it answers. Lines that may answer `yes` are handed on as such.
struct PolkitReader {
    private static let bases = ["/etc/polkit-1", "/run/polkit-1", "/usr/local/share/polkit-1", "/usr/share/polkit-1"]
    private static let localAuthorities = ["/etc/polkit-1/localauthority", "/var/lib/polkit-1/localauthority"]
    private static let fileLimit = 5000

    private let tree: FileTree
    private var policy = PolkitPolicy()

    private init(_ tree: FileTree) { self.tree = tree }

    static func read(_ tree: FileTree) -> Observation<PolkitPolicy> {
        let daemons = ["/usr/lib/polkit-1/polkitd", "/usr/libexec/polkitd", "/usr/lib/policykit-1/polkitd"]
        guard daemons.contains(where: { tree.hasFile($0) }) || tree.hasFile("/usr/bin/pkexec") else {
            return .absent(why: "polkit is not installed", from: daemons[0])
        }
        var reader = PolkitReader(tree)
        for base in bases {
            for (path, text) in reader.texts(in: "\(base)/rules.d", named: ".rules") {
                reader.policy.scripts += PolkitScript.grants(in: text, path: path)
            }
        }
        reader.readActions()
        reader.readEntries()
        return .seen(reader.policy, from: "\(reader.policy.fileCount) files of polkit")
    }

    private mutating func readActions() {
        for base in Self.bases {
            for (path, text) in texts(in: "\(base)/actions", named: ".policy") {
                policy.openActions += PolkitActions.open(in: text, path: path)
            }
        }
    }

    private mutating func readEntries() {
        for base in Self.localAuthorities {
            for directory in names(in: base) {
                for (path, text) in texts(in: "\(base)/\(directory)", named: ".pkla") {
                    policy.entries += PolkitEntries.open(in: text, path: path)
                }
            }
        }
    }

    private mutating func texts(in directory: String, named suffix: String) -> [(path: String, text: String)] {
        var texts: [(String, String)] = []
        for name in names(in: directory) where name.hasSuffix(suffix) {
            guard policy.fileCount < Self.fileLimit else {
                policy.gaps.append(Gap(what: directory, why: "there are too many files of polkit to read all"))
                break
            }
            let path = "\(directory)/\(name)"
            switch tree.observeText(path, limit: 1 << 20) {
            case .seen(let text, _):
                policy.fileCount += 1
                texts.append((path, text))
            case .absent: continue
            case .unseen(let gap): policy.gaps.append(gap)
            }
        }
        return texts
    }

    private mutating func names(in directory: String) -> [String] {
        switch tree.observeNames(directory) {
        case .seen(let names, _): return names
        case .absent: return []
        case .unseen(let gap):
            policy.gaps.append(gap)
            return []
        }
    }
}

/// Rules in JavaScript (polkit(8), "Authorization rules").
enum PolkitScript {
    /// How a rule can come to answer `yes`: by name, by the word itself, or by a way that hides which answer it is.
    private static let signs = ["YES", "\"yes\"", "'yes'", "`yes`", "Result[", "polkit[", "eval(", "spawn("]

    /// The lines outside comments that may grant, each with its place.
    static func grants(in text: String, path: String) -> [PolkitPolicy.Script] {
        var grants: [PolkitPolicy.Script] = []
        for (index, line) in withoutComments(text).split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        where signs.contains(where: { line.contains($0) }) {
            grants.append(.init(text: String(line.trimmed.prefix(200)), location: "\(path):\(index + 1)"))
        }
        return grants
    }

    /// Comments as blanks, line ends kept. A comment sign in a string is text.
    static func withoutComments(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        var quote: Unicode.Scalar?
        while let scalar = rest.popFirst() {
            if let open = quote {
                result.append(scalar)
                if scalar == "\\", let next = rest.popFirst() { result.append(next) }
                if scalar == open || scalar == "\n" { quote = nil }
            } else if scalar == "/", rest.first == "/" {
                rest = rest.drop { $0 != "\n" }
            } else if scalar == "/", rest.first == "*" {
                rest.removeFirst()
                while let inner = rest.popFirst() {
                    if inner == "*", rest.first == "/" {
                        rest.removeFirst()
                        break
                    }
                    if inner == "\n" { result.append(inner) }
                }
            } else {
                if "\"'`".unicodeScalars.contains(scalar) { quote = scalar }
                result.append(scalar)
            }
        }
        return String(result)
    }
}

/// Action files: XML of a fixed form (`/usr/share/polkit-1/policyconfig-1.dtd`), of which a few elements matter.
enum PolkitActions {
    static func open(in text: String, path: String) -> [PolkitPolicy.OpenAction] {
        let text = withoutComments(text)
        var actions: [PolkitPolicy.OpenAction] = []
        var line = 1
        for (index, piece) in pieces(of: text, at: "<action ").enumerated() {
            defer { line += piece.utf8.count { $0 == 0x0a } }
            guard index > 0, let id = attribute("id", in: piece) else { continue }
            let body = piece.firstRange(of: "</action>").map { piece[..<$0.lowerBound] } ?? piece
            let settings = ["allow_any", "allow_inactive", "allow_active"].filter { element($0, in: body) == "yes" }
            if settings.isEmpty { continue }
            let program = pieces(of: body, at: "<annotate ").dropFirst()
                .first { attribute("key", in: $0) == "org.freedesktop.policykit.exec.path" }.flatMap(content)
            actions.append(.init(id: id, settings: settings, program: program, location: "\(path):\(line)"))
        }
        return actions
    }

    private static func pieces(of text: some StringProtocol, at mark: String) -> [Substring] {
        var pieces: [Substring] = []
        var rest = Substring(text)
        while let range = rest.firstRange(of: mark) {
            pieces.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return pieces + [rest]
    }

    /// In the opening tag, which the text starts in.
    private static func attribute(_ name: String, in text: Substring) -> String? {
        let tag = text.prefix { $0 != ">" }
        for quote in ["\"", "'"] {
            guard let start = tag.firstRange(of: "\(name)=\(quote)") else { continue }
            return String(tag[start.upperBound...].prefix { String($0) != quote })
        }
        return nil
    }

    private static func element(_ name: String, in text: Substring) -> Substring? {
        guard let open = text.firstRange(of: "<\(name)>") else { return nil }
        let rest = text[open.upperBound...].prefix { $0 != "<" }
        return rest.drop(while: \.isWhitespace).prefix { !$0.isWhitespace }
    }

    private static func content(_ text: Substring) -> String? {
        guard let close = text.firstIndex(of: ">") else { return nil }
        return String(text[text.index(after: close)...].prefix { $0 != "<" }.trimmed)
    }

    /// Line ends in comments are kept, so that lines can be counted.
    private static func withoutComments(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "<!--") {
            result += rest[..<open.lowerBound]
            rest = rest[open.upperBound...]
            let close = rest.firstRange(of: "-->")
            result += String(
                repeating: "\n", count: rest[..<(close?.lowerBound ?? rest.endIndex)].utf8.count { $0 == 10 })
            rest = close.map { rest[$0.upperBound...] } ?? ""
        }
        return result + rest
    }
}

/// `.pkla` files (pklocalauthority(8)): `[name]`, then `Identity=`, `Action=` and `Result…=`, lists separated by semicolons.
enum PolkitEntries {
    static func open(in text: String, path: String) -> [PolkitPolicy.Entry] {
        var entries: [PolkitPolicy.Entry] = []
        for line in ConfigurationText(text: text, path: path) {
            if line.text.first == "[" {
                entries.append(.init(identities: [], actions: [], settings: [], location: line.location))
            } else if let (key, value) = line.assignment, let last = entries.indices.last {
                let items = value.split(separator: ";").map { String($0.trimmed) }
                switch key {
                case "Identity": entries[last].identities = items
                case "Action": entries[last].actions = items
                case "ResultAny", "ResultInactive", "ResultActive":
                    if value == "yes" { entries[last].settings.append(String(key)) }
                default: break
                }
            }
        }
        return entries.filter { !$0.settings.isEmpty && !$0.identities.isEmpty && !$0.actions.isEmpty }
    }
}
