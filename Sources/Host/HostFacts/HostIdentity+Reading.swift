package import HostModel
package import LinuxSystem

extension HostIdentity {
    /// Which host `tree` is of, as far as it says so itself.
    ///
    /// - Parameter live: the tree is that of the running system, so the kernel's own name and release count.
    package init(of tree: FileTree, live: Bool) {
        let kernel = live ? KernelIdentity.current : nil
        self.init(
            hostname: kernel?.hostname ?? Self.hostname(in: tree) ?? "unknown",
            operatingSystem: Self.operatingSystem(in: tree) ?? "unknown", kernel: kernel?.release, root: tree.root,
            isLive: live, observer: UserID(CurrentProcess.effectiveUserID))
    }

    /// The first line of `/etc/hostname` that is no comment (hostname(5)).
    private static func hostname(in tree: FileTree) -> String? {
        // An image without the file has no name yet; it is called unknown.
        let lines = try? tree.lines(of: "/etc/hostname", limit: 4096)
        return lines?.first { !$0.isEmpty && !$0.hasPrefix("#") }.map { String($0.prefix(253)) }
    }

    /// `PRETTY_NAME` of os-release(5), without its quotes.
    private static func operatingSystem(in tree: FileTree) -> String? {
        for path in ["/etc/os-release", "/usr/lib/os-release"] {
            // What cannot be read here may stand in the next place.
            guard let lines = try? tree.lines(of: path, limit: 64 << 10) else { continue }
            guard let line = lines.first(where: { $0.hasPrefix("PRETTY_NAME=") }) else { continue }
            let value = line.dropFirst("PRETTY_NAME=".count)
            return String(value.filter { $0 != "\"" && $0 != "'" }.prefix(200))
        }
        return nil
    }
}
