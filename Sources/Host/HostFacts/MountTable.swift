import HostModel
import LinuxSystem

/// What is mounted where, or for a tree that is not running, what fstab(5) says will be.
struct MountTable {
    struct Mount {
        var path: String
        var type: String
        /// Of the mount and of the file system, each once.
        var options: [String]
    }

    private let byPath: [String: Mount]

    static func read(_ source: FactSource) -> Observation<MountTable> {
        if source.isLive {
            // A service in a sandbox has mounts of its own; those of the first process are the host's (systemd.exec(5), "Sandboxing").
            let path = "/proc/self/mountinfo"
            var text = source.tree.observeText("/proc/1/mountinfo", limit: 16 << 20)
            if text.value == nil { text = source.tree.observeText(path, limit: 16 << 20) }
            let table = text.map { text in
                MountTable(text.split { $0 == "\n" || $0 == "\r\n" }.compactMap(mountinfo))
            }
            // Every running system has it, so without it nothing is known.
            if case .absent = table { return .unseen(Gap(what: "mounts", why: "there is no \(path)")) }
            return table
        }
        return source.tree.observeText("/etc/fstab", limit: 1 << 20).map { text in
            MountTable(ConfigurationText(text: text, path: "/etc/fstab").compactMap { fstab($0.words) })
        }
    }

    /// Of several mounts at one path the last one covers the others.
    private init(_ mounts: [Mount]) {
        byPath = Dictionary(mounts.map { ($0.path, $0) }, uniquingKeysWith: { _, last in last })
    }

    subscript(path: String) -> Mount? { byPath[path] }
    var all: Dictionary<String, Mount>.Values { byPath.values }

    /// `27 1 254:0 / /mnt rw,relatime shared:1 - ext4 /dev/vda rw` (proc(5)): any number of fields stand before the dash.
    private static func mountinfo(_ line: Substring) -> Mount? {
        let fields = line.split(separator: " ", omittingEmptySubsequences: false)
        guard fields.count > 9, let dash = fields.dropFirst(6).firstIndex(of: "-"), dash + 3 < fields.count else {
            return nil
        }
        let options = (fields[5].split(separator: ",") + fields[dash + 3].split(separator: ",")).map(String.init)
        return Mount(path: unescaped(fields[4]), type: String(fields[dash + 1]), options: unique(options))
    }

    private static func fstab(_ fields: [Substring]) -> Mount? {
        guard fields.count >= 3, fields[1].hasPrefix("/") else { return nil }
        let options = fields.count > 3 ? fields[3].split(separator: ",").map(String.init) : ["defaults"]
        return Mount(path: unescaped(fields[1]), type: String(fields[2]), options: unique(options))
    }

    private static func unique(_ options: [String]) -> [String] {
        var seen: Set<String> = []
        return options.filter { seen.insert($0).inserted }
    }

    /// Blanks and backslashes stand as three octal digits (`\040`).
    static func unescaped(_ text: Substring) -> String {
        guard text.contains("\\") else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == 0x5c, rest.count >= 3,
                let value = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                rest.removeFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
