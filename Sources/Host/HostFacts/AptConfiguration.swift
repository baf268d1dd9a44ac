import HostModel
import LinuxSystem

/// The options of apt.conf(5), from `apt.conf.d` in order of names and then `apt.conf`; names are compared without case.
struct AptConfiguration {
    private var values: [String: [String]] = [:]

    static func read(_ tree: FileTree) -> Observation<AptConfiguration> {
        let directory = "/etc/apt/apt.conf.d"
        var configuration = AptConfiguration()
        let names = tree.observeNames(directory)
        if case .unseen(let gap) = names { return .unseen(gap) }
        // Names with another ending are left out, as apt does.
        let files = (names.value ?? []).filter { !$0.contains(".") || $0.hasSuffix(".conf") }
        var read = 0
        for path in files.map({ "\(directory)/\($0)" }) + ["/etc/apt/apt.conf"] {
            switch tree.observe(path, limit: 1 << 20, { $0 }) {
            case .seen(let bytes, _):
                configuration.read(bytes)
                read += 1
            case .absent: continue
            case .unseen(let gap): return .unseen(gap)
            }
        }
        return read == 0 && names.value == nil
            ? .absent(why: "apt is not configured here", from: directory)
            : .seen(configuration, from: "/etc/apt/apt.conf and \(directory)")
    }

    /// The value written last.
    func value(_ name: some StringProtocol) -> String? { values[name.lowercased()]?.last }
    /// All values of a list (`Name:: "a";` or `Name { "a"; "b"; };`).
    func list(_ name: some StringProtocol) -> [String] { values[name.lowercased()] ?? [] }

    /// `Name "value";`, `Name { … };`, nested to any depth up to 32; comments as in C, C++ and the shell.
    private mutating func read(_ bytes: [UInt8]) {
        var scanner = AptScanner(bytes)
        var scope: [String] = []
        var words: [String] = []
        while let token = scanner.next() {
            switch token {
            case .word(let word): words.append(word)
            case .open:
                scope.append(words.first ?? "")
                words = []
                if scope.count > 32 { return }
            case .close:
                scope = scope.dropLast()
                words = []
            case .end:
                set(scope, words)
                words = []
            }
        }
    }

    private mutating func set(_ scope: [String], _ words: [String]) {
        guard let first = words.first else { return }
        if first == "#clear" {
            for name in words.dropFirst() { values[name.lowercased()] = nil }
            return
        }
        // A lone value inside braces is an item of the list they make.
        let isItem = words.count == 1
        let name = (scope + (isItem ? [] : [first])).joined(separator: "::").lowercased()
        let value = words.last ?? ""
        if isItem || name.hasSuffix("::") {
            let list = name.hasSuffix("::") ? String(name.dropLast(2)) : name
            values[list, default: []].append(value)
        } else {
            values[name] = [value]
        }
    }
}

/// Cuts apt.conf(5) into words and signs.
private struct AptScanner {
    enum Token {
        case word(String)
        case open, close, end
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func next() -> Token? {
        skipBlanksAndComments()
        guard let byte = rest.first else { return nil }
        switch byte {
        case UInt8(ascii: "{"): return sign(.open)
        case UInt8(ascii: "}"): return sign(.close)
        case UInt8(ascii: ";"): return sign(.end)
        case UInt8(ascii: "\""):
            rest = rest.dropFirst()
            let text = rest.prefix { $0 != UInt8(ascii: "\"") }
            rest = rest.dropFirst(text.count + 1)
            return .word(String(decoding: text, as: UTF8.self))
        default:
            let text = rest.prefix { $0 > 0x20 && !"{};\"".utf8.contains($0) }
            rest = rest.dropFirst(text.count)
            return .word(String(decoding: text, as: UTF8.self))
        }
    }

    private mutating func sign(_ token: Token) -> Token {
        rest = rest.dropFirst()
        return token
    }

    private mutating func skipBlanksAndComments() {
        while let byte = rest.first {
            if byte <= 0x20 {
                rest = rest.dropFirst()
            } else if rest.starts(with: "//".utf8) || (byte == UInt8(ascii: "#") && !rest.starts(with: "#clear".utf8)) {
                rest = rest.drop { $0 != 0x0a }
            } else if rest.starts(with: "/*".utf8) {
                rest = rest.dropFirst(2)
                while !rest.isEmpty, !rest.starts(with: "*/".utf8) { rest = rest.dropFirst() }
                rest = rest.dropFirst(2)
            } else {
                return
            }
        }
    }
}
