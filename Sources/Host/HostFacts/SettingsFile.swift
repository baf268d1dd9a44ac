import HostModel
import LinuxSystem

/// Files of `Key=value` lines, later ones overriding earlier ones: systemd's with their drop-ins, and those of PAM modules.
struct SettingsFile {
    private var values: [String: String] = [:]

    func value(_ key: String) -> String? { values[key] }

    /// A systemd configuration file and its drop-ins (journald.conf(5)): of two drop-ins of one name the one in `/etc` counts, and they
    /// are read in order of their names after the main file.
    static func systemd(_ name: String, in tree: FileTree) -> Observation<SettingsFile> {
        let places = ["/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd"]
        var paths: [String] = []
        var dropIns: [String: String] = [:]
        for place in places {
            if paths.isEmpty, tree.hasFile("\(place)/\(name)") { paths.append("\(place)/\(name)") }
            let directory = "\(place)/\(name).d"
            switch tree.observeNames(directory) {
            case .absent: continue
            case .unseen(let gap): return .unseen(gap)
            case .seen(let names, _):
                for file in names where file.hasSuffix(".conf") && dropIns[file] == nil {
                    dropIns[file] = "\(directory)/\(file)"
                }
            }
        }
        return read(paths + dropIns.sorted { $0.key < $1.key }.map(\.value), in: tree, or: "/etc/systemd/\(name)")
    }

    /// One file and the files of a directory beside it, in order of their names.
    static func read(_ path: String, directory: String, in tree: FileTree) -> Observation<SettingsFile> {
        let names = tree.observeNames(directory)
        if case .unseen(let gap) = names { return .unseen(gap) }
        let files = (names.value ?? []).filter { $0.hasSuffix(".conf") }.map { "\(directory)/\($0)" }
        return read([path] + files, in: tree, or: path)
    }

    private static func read(_ paths: [String], in tree: FileTree, or place: String) -> Observation<SettingsFile> {
        var settings = SettingsFile()
        var read: [String] = []
        for path in paths {
            switch tree.observeText(path, limit: 1 << 20) {
            case .absent: continue
            case .unseen(let gap): return .unseen(gap)
            case .seen(let text, _):
                settings.take(text, path)
                read.append(path)
            }
        }
        return read.isEmpty
            ? .absent(why: "there is no \(place)", from: place) : .seen(settings, from: read.joined(separator: ", "))
    }

    private mutating func take(_ text: String, _ path: String) {
        for line in ConfigurationText(text: text, path: path, commentSigns: ["#", ";"]) where line.text.first != "[" {
            if let (key, value) = line.assignment {
                // An empty value takes the setting back.
                values[String(key)] = value.isEmpty ? nil : String(value)
            } else {
                values[String(line.text)] = ""
            }
        }
    }
}
