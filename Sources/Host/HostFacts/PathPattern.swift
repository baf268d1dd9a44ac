import LinuxSystem

/// A path with the wildcards of glob(7): `*`, `?` and `[…]` within a component.
struct PathPattern {
    private static let limit = 1000
    private let text: String

    init(_ text: String) { self.text = text }

    /// The paths it stands for, sorted as glob(3) does. A path without wildcards stands for itself, there or not.
    ///
    /// Throws when a directory on the way cannot be listed for another reason than that it is not there.
    func expand(in tree: FileTree) throws(SystemError) -> [String] {
        guard text.contains(where: { "*?[".contains($0) }) else { return [text] }
        var paths = [""]
        for component in text.split(separator: "/") {
            let pattern = Array(component.utf8)
            guard component.contains(where: { "*?[".contains($0) }) else {
                paths = paths.map { "\($0)/\(component)" }
                continue
            }
            var matched: [String] = []
            for path in paths.prefix(Self.limit) {
                let names: [DirectoryEntry]
                do throws(SystemError) {
                    names = try tree.entries(of: path.isEmpty ? "/" : path)
                } catch {
                    if error.isAbsence { continue }
                    throw error
                }
                let hits = names.map(\.name).filter { name in
                    // A dot in front is matched by a dot alone.
                    (name.first != "." || component.first == ".") && Self.matches(pattern[...], Array(name.utf8)[...])
                }
                matched += hits.sorted().map { "\(path)/\($0)" }
            }
            paths = Array(matched.prefix(Self.limit))
        }
        return paths
    }

    /// Whether one name is matched whole. A star is tried from the shortest run to the longest, going back only to the last one, so
    /// the work is at most pattern times name.
    static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        var (pattern, name) = (pattern, name)
        var retry: (pattern: ArraySlice<UInt8>, name: ArraySlice<UInt8>)?
        while true {
            if pattern.first == UInt8(ascii: "*") {
                pattern.removeFirst()
                retry = (pattern, name)
                continue
            }
            if let byte = name.first, let rest = afterMatching(byte, pattern) {
                pattern = rest
                name.removeFirst()
                continue
            }
            if name.isEmpty && pattern.isEmpty { return true }
            guard var last = retry, !last.name.isEmpty else { return false }
            last.name.removeFirst()
            retry = last
            (pattern, name) = last
        }
    }

    /// What is left of the pattern when its first element takes `byte`; nil when it does not.
    private static func afterMatching(_ byte: UInt8, _ pattern: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let first = pattern.first else { return nil }
        if first == UInt8(ascii: "?") { return pattern.dropFirst() }
        guard first == UInt8(ascii: "["), let end = pattern.dropFirst(2).firstIndex(of: UInt8(ascii: "]")) else {
            return first == byte ? pattern.dropFirst() : nil
        }
        var members = pattern[(pattern.startIndex + 1)..<end]
        let isNegated = members.first == UInt8(ascii: "!") || members.first == UInt8(ascii: "^")
        if isNegated { members.removeFirst() }
        var isMember = false
        while let low = members.popFirst() {
            if members.first == UInt8(ascii: "-"), let high = members.dropFirst().first {
                members.removeFirst(2)
                isMember = isMember || (low <= high && (low...high).contains(byte))
            } else {
                isMember = isMember || low == byte
            }
        }
        return isMember != isNegated ? pattern[(end + 1)...] : nil
    }
}
