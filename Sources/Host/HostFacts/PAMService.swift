import HostModel
import LinuxSystem

/// The modules a PAM service runs, includes followed (pam.conf(5)).
struct PAMService {
    struct Entry {
        /// `auth`, `account`, `password`, `session`.
        var type: String
        /// File name without `.so`.
        var module: String
        var arguments: [String]
    }

    private(set) var entries: [Entry] = []

    static func read(_ name: String, in tree: FileTree) -> Observation<PAMService> {
        var service = PAMService()
        var gap: Gap?
        let path = "/etc/pam.d/\(name)"
        guard tree.hasFile(path) || tree.hasFile("/usr/lib/pam.d/\(name)") else {
            return .absent(why: "there is no PAM service \(name)", from: path)
        }
        service.take(name, only: nil, from: tree, depth: 0, &gap)
        if let gap { return .unseen(gap) }
        return .seen(service, from: path)
    }

    func entry(module: String) -> Entry? { entries.first { $0.module == module } }

    /// - Parameter type: the one type to take, for `auth include name`; nil takes all (`@include name`).
    private mutating func take(_ name: String, only type: String?, from tree: FileTree, depth: Int, _ gap: inout Gap?) {
        guard depth < 16, entries.count < 1000, !name.contains("..") else { return }
        let path = name.hasPrefix("/") ? name : "/etc/pam.d/\(name)"
        var text = tree.observeText(path, limit: 256 << 10)
        if case .absent = text { text = tree.observeText("/usr/lib/pam.d/\(name)", limit: 256 << 10) }
        if case .unseen(let unreadable) = text { gap = gap ?? unreadable }
        guard let content = text.value else { return }
        for line in ConfigurationText(text: content, path: path, joinsContinuations: true) {
            let words = line.words.map(String.init)
            if words[0] == "@include", words.count > 1 {
                take(words[1], only: type, from: tree, depth: depth + 1, &gap)
                continue
            }
            // A dash in front only keeps a missing module out of the log.
            let entryType = words[0].hasPrefix("-") ? String(words[0].dropFirst()) : words[0]
            guard type == nil || type == entryType, words.count > 2 else { continue }
            if words[1] == "include" || words[1] == "substack" {
                take(words[2], only: entryType, from: tree, depth: depth + 1, &gap)
            } else {
                add(entryType, words)
            }
        }
    }

    /// `type control module arguments`, where the control may be a bracketed list of several words.
    private mutating func add(_ type: String, _ words: [String]) {
        var rest = words.dropFirst()
        if rest.first?.hasPrefix("[") == true {
            rest = rest.drop { !$0.hasSuffix("]") }
        }
        rest = rest.dropFirst()
        guard let file = rest.first?.split(separator: "/").last else { return }
        entries.append(
            Entry(
                type: type, module: file.hasSuffix(".so") ? String(file.dropLast(3)) : String(file),
                arguments: Array(rest.dropFirst())))
    }
}
