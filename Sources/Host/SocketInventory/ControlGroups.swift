internal import LinuxSystem

/// Control groups of the unified hierarchy (cgroups(7)): numbers to paths, and what systemd and container runtimes put in the paths.
enum ControlGroups {
    /// The path of each control group that `wanted` names by inode, found by walking the hierarchy mounted at `mountPoint`.
    static func paths(of wanted: Set<UInt64>, mountedAt mountPoint: String, limit: Int = 20_000) -> [UInt64: String] {
        var missing = wanted
        var found: [UInt64: String] = [:]
        guard !missing.isEmpty, let top = try? Directory(opening: mountPoint) else { return found }  // no unified hierarchy here
        if let inode = try? top.inode(), missing.remove(inode) != nil { found[inode] = "/" }
        var pending = [""]
        var visited = 0
        while let path = pending.popLast(), !missing.isEmpty, visited < limit {
            visited += 1
            guard let directory = try? Directory(opening: mountPoint + path),  // a group may end while it is walked
                let entries = try? directory.entries()
            else { continue }
            for entry in entries where entry.kind == .directory {
                let child = "\(path)/\(entry.name)"
                if missing.remove(entry.inode) != nil { found[entry.inode] = child }
                pending.append(child)
            }
        }
        return found
    }

    /// The systemd unit a control group belongs to: the innermost component that names one.
    static func unit(of path: String) -> String? {
        let suffixes = [".service", ".scope", ".socket", ".mount", ".swap"]
        return path.split(separator: "/").last { part in suffixes.contains { part.hasSuffix($0) } }.map(String.init)
    }

    /// The container a control group belongs to: the 64 hexadecimal digits that Docker, containerd, CRI-O and Podman name it by, or the
    /// name LXC and systemd-nspawn gave.
    static func container(of path: String) -> String? {
        for part in path.split(separator: "/").reversed() {
            if let id = part.split(whereSeparator: { $0 == "-" || $0 == "." || $0 == ":" }).first(where: isContainerID)
            {
                return String(id)
            }
            if part.hasPrefix("lxc.payload.") { return String(part.dropFirst("lxc.payload.".count)) }
            if part.hasPrefix("machine-"), part.hasSuffix(".scope") {
                return String(part.dropFirst("machine-".count).dropLast(".scope".count))
            }
        }
        return nil
    }

    private static func isContainerID(_ text: Substring) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
