import LinuxSystem

/// The units of systemd in a tree: which there are, and which something starts (systemd.unit(5)).
///
/// Presets are not guessed: a unit counts as enabled when a link says so.
struct SystemdUnits {
    /// The first directory that has a unit is the one that counts.
    static let directories = [
        "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
        "/lib/systemd/system",
    ]

    /// The path of each unit file or link, by unit name.
    private(set) var paths: [String: String] = [:]
    /// Names in some `*.wants` or `*.requires` directory, and the names that aliases lead to.
    private var started: Set<String> = []
    private var masked: Set<String> = []

    init(_ tree: FileTree) throws(SystemError) {
        var seen: Set<UInt64> = []
        for path in Self.directories {
            guard let metadata = try? tree.metadata(of: path), seen.insert(metadata.inode).inserted else { continue }
            try read(path, of: tree)
        }
    }

    private mutating func read(_ path: String, of tree: FileTree) throws(SystemError) {
        for entry in try tree.entries(of: path) {
            let place = "\(path)/\(entry.name)"
            if entry.name.hasSuffix(".wants") || entry.name.hasSuffix(".requires") {
                // Not a directory, or gone: then it starts nothing.
                for wanted in (try? tree.entries(of: place)) ?? [] { started.insert(wanted.name) }
                continue
            }
            guard paths[entry.name] == nil, entry.name.contains("."), !entry.name.hasSuffix(".d") else { continue }
            paths[entry.name] = place
            guard entry.kind == .symbolicLink, let target = try? tree.linkTarget(of: place) else { continue }
            if target == "/dev/null" {
                masked.insert(entry.name)
            } else if path == Self.directories[0], let name = target.split(separator: "/").last {
                started.insert(String(name))
            }
        }
    }

    func isMasked(_ unit: String) -> Bool { masked.contains(unit) }

    /// Nil when there is no such unit.
    func isEnabled(_ unit: String) -> Bool? {
        if masked.contains(unit) { return false }
        guard paths[unit] != nil || started.contains(unit) else { return nil }
        return started.contains(unit)
    }
}

/// The settings of one unit file, `Section.Key`, in order; an empty assignment clears what was before it.
struct UnitFile {
    private var settings: [String: [String]] = [:]

    init(_ text: String, path: String) {
        var section = ""
        for line in ConfigurationText(text: text, path: path, commentSigns: ["#", ";"], joinsContinuations: true) {
            if line.text.first == "[", let end = line.text.firstIndex(of: "]") {
                section = String(line.text[line.text.index(after: line.text.startIndex)..<end])
            } else if let (key, value) = line.assignment {
                let name = "\(section).\(key)"
                settings[name] = value.isEmpty ? [] : (settings[name] ?? []) + [String(value)]
            }
        }
    }

    func values(_ name: String) -> [String] { settings[name] ?? [] }
    func value(_ name: String) -> String? { settings[name]?.last }
}
