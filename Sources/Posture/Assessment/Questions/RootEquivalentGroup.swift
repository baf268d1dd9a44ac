import HostModel

/// Groups whose members can become root without being asked, and how.
enum RootEquivalentGroup {
    static let reasons: [String: String] = [
        "disk": "reads and writes every disk directly",
        "docker": "starts containers as root with any part of the host mounted",
        "incus-admin": "starts containers as root with any part of the host mounted",
        "kmem": "reads the kernel's memory",
        "libvirt": "starts machines on any disk of the host",
        "lxd": "starts containers as root with any part of the host mounted",
    ]

    /// Those that lead only part of the way.
    static let narrowReasons: [String: String] = ["shadow": "reads the hashes of passwords, root's too"]

    /// Groups that rules of sudo and polkit are usually written for. Membership alone gives nothing.
    static let administrators = ["admin", "sudo", "wheel"]

    /// Members other than root, by group name.
    static func memberships(in accounts: AccountDatabase) -> [(group: String, member: String)] {
        reasons.keys.sorted().flatMap { name in members(of: name, in: accounts).map { (name, $0) } }
    }

    static func members(of name: String, in accounts: AccountDatabase) -> [String] {
        (accounts.group(named: name).map(accounts.members) ?? []).filter { $0 != "root" }
    }
}
