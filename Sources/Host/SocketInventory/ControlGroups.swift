internal import LinuxSystem

/// Control groups of the unified hierarchy (cgroups(7)): from their numbers to their paths.
enum ControlGroups {
    /// The path of each control group that `wanted` names by inode, found by walking the hierarchy mounted at `mountPoint`.
    static func paths(of wanted: Set<UInt64>, mountedAt mountPoint: String, limit: Int = 20_000) -> [UInt64: String] {
        var missing = wanted
        var found: [UInt64: String] = [:]
        // Where there is no unified hierarchy there are no paths in it.
        guard !missing.isEmpty, let top = try? Directory(opening: mountPoint) else { return found }
        if let inode = try? top.inode(), missing.remove(inode) != nil { found[inode] = "/" }
        var pending = [""]
        var visited = 0
        while let path = pending.popLast(), !missing.isEmpty, visited < limit {
            visited += 1
            // A group may end while it is walked.
            guard let directory = try? Directory(opening: mountPoint + path),
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
}
