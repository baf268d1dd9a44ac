import LinuxSystem
package import Policies

extension PolicyReferences {
    /// What this host says: its time zones (tzdata's `/usr/share/zoneinfo`), and where its links lead.
    package static let host = PolicyReferences(
        timeZone: { name in
            // A zone that is not there or cannot be read is one the host does not know; the policy's error names it.
            guard TimeZoneRules.isName(name), let tree = try? FileTree(),
                let bytes = try? tree.contents(of: "/usr/share/zoneinfo/\(name)", limit: 1 << 18)
            else { return nil }
            return TimeZoneRules(name: name, parsing: bytes)
        },
        // A path that leads nowhere now names itself alone.
        resolved: { try? resolvedPath($0) })
}
