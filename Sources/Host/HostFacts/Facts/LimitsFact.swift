import HostModel

/// `limits.<item>`: the hard limit that limits.conf(5) sets for everybody (`*`), as a number, or text such as `unlimited`; absent where
/// none is set. Files of `limits.d` are read after the main one, in order of their names, and the last line wins.
struct LimitsFact: FactCollector {
    static let prefix = "limits"
    private static let path = "/etc/security/limits.conf"
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func observe(_ name: Substring) -> Observation<FactValue> {
        let names = source.tree.observeNames("/etc/security/limits.d")
        if case .unseen(let gap) = names { return .unseen(gap) }
        let files = (names.value ?? []).filter { $0.hasSuffix(".conf") }.map { "/etc/security/limits.d/\($0)" }
        var found: Observation<FactValue> = .absent(why: "no limit of \(name) is set for everybody", from: Self.path)
        for path in [Self.path] + files {
            switch source.tree.observeText(path, limit: 1 << 20) {
            case .absent: continue
            case .unseen(let gap): return .unseen(gap)
            case .seen(let text, _):
                for line in ConfigurationText(text: text, path: path) {
                    let words = line.words
                    guard words.count >= 4, words[0] == "*", words[1] == "hard" || words[1] == "-", words[2] == name
                    else { continue }
                    found = .seen(FactValue(number: words[3]), from: line.location)
                }
            }
        }
        return found
    }
}
