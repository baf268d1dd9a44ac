/// What the path of a control group says: systemd and container runtimes put their names into it (cgroups(7)).
package enum ControlGroupPath {
    /// The path in the unified hierarchy (`0::`), or in systemd's own where that is the one in use.
    package static func path(inProcFile bytes: [UInt8]) -> String? {
        var unified: String?
        var named: String?
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            if parts[0] == "0" { unified = String(parts[2]) }
            if parts[1] == "name=systemd" { named = String(parts[2]) }
        }
        return unified == "/" ? named ?? unified : unified ?? named
    }

    /// The systemd unit: the innermost component that names a service or scope.
    package static func unit(_ path: String) -> String? {
        path.pathNames.last { $0.hasSuffix(".service") || $0.hasSuffix(".scope") }
    }

    /// The container: the 64 hexadecimal digits that Docker, containerd, CRI-O and Podman name it by, or the name that LXC and
    /// systemd-nspawn gave it.
    package static func container(_ path: String) -> String? {
        for part in path.pathNames.reversed() {
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
