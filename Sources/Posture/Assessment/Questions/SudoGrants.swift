import HostModel

/// One sudoers rule as it bears on a host: who holds it, and whether anything is asked of them.
struct SudoGrant {
    let rule: SudoPolicy.Rule
    /// Accounts it applies to, groups resolved to members; a group or alias that could not be resolved stands as written.
    let holders: [String]
    /// The command runs without the caller proving anything.
    let asksNothing: Bool

    /// Every command, or a shell, which comes to the same.
    var givesEverything: Bool { rule.grantsEverything || rule.commands.contains { Self.isShell($0) } }

    /// Commands that let the caller run others of their choice, because they take any arguments and can start a program or replace a
    /// file (https://gtfobins.github.io lists them).
    var escapes: [String] { rule.commands.filter { Self.escapes($0) } }

    private static let shells: Set<String> = ["sh", "bash", "dash", "zsh", "ksh", "fish", "su", "sudo", "busybox"]
    private static let programs: Set<String> = [
        "apt", "apt-get", "awk", "chmod", "chown", "cp", "dd", "docker", "dpkg", "ed", "emacs", "env", "find", "gawk",
        "gdb", "git", "less", "lua", "man", "mawk", "more", "mount", "mv", "nano", "nice", "node", "nsenter", "perl",
        "php", "pip", "pip3", "podman", "python", "python2", "python3", "rsync", "ruby", "screen", "sed", "strace",
        "systemd-run", "tar", "tee", "tmux", "unshare", "vi", "vim", "watch", "xargs",
    ]

    private static func isShell(_ command: String) -> Bool {
        guard let (program, takesAnything) = parts(command) else { return false }
        return takesAnything && shells.contains(program)
    }

    private static func escapes(_ command: String) -> Bool {
        guard let (program, takesAnything) = parts(command) else { return false }
        return takesAnything && programs.contains(program)
    }

    /// The program's name, and whether any arguments will do: none are written, or the last is a wildcard (sudoers(5)).
    private static func parts(_ command: String) -> (program: String, takesAnything: Bool)? {
        guard !command.hasPrefix("!") else { return nil }
        let words = command.split(separator: " ")
        guard let program = words.first?.split(separator: "/").last else { return nil }
        return (String(program), words.count == 1 || words.last == "*")
    }

    /// For people: `alice: ALL without a password`.
    var summary: String {
        let commands =
            rule.commands.count > 3 ? "\(rule.commands.count) commands" : rule.commands.joined(separator: ", ")
        return "\(holders.joined(separator: ", ")): \(commands)\(asksNothing ? " without a password" : "")"
    }
}

extension SudoPolicy {
    /// The rules by which somebody else than root may act as root, holders resolved. A later rule for the same people that asks for a
    /// password again takes an earlier NOPASSWD back, because the last match wins (sudoers(5)).
    func rootGrants(accounts: AccountDatabase?) -> [SudoGrant] {
        rules.enumerated().compactMap { index, rule in
            guard rule.runAs.isEmpty || rule.runAs.contains(where: ["ALL", "root", "#0"].contains) else { return nil }
            let holders = Self.holders(of: rule, accounts: accounts)
            guard !holders.isEmpty, rule.commands.contains(where: { !$0.hasPrefix("!") }) else { return nil }
            let takenBack = rules[(index + 1)...].contains { later in
                !later.asksNoPassword && later.grantsEverything
                    && Set(holders).isSubset(of: Self.holders(of: later, accounts: accounts))
            }
            return SudoGrant(
                rule: rule, holders: holders, asksNothing: (rule.asksNoPassword && !takenBack) || authenticatesNobody)
        }
    }

    /// `Defaults !authenticate`: nobody is asked for a password.
    private var authenticatesNobody: Bool { setting("authenticate")?.isNegated ?? false }

    private static func holders(of rule: Rule, accounts: AccountDatabase?) -> [String] {
        var holders: [String] = []
        var excluded: Set<String> = ["root", "#0"]
        for user in rule.users {
            if user.hasPrefix("!") {
                excluded.insert(String(user.dropFirst()))
            } else if user.hasPrefix("%"), let accounts, !user.hasPrefix("%:"), !user.hasPrefix("%#") {
                holders += accounts.group(named: String(user.dropFirst())).map(accounts.members) ?? []
            } else if user.hasPrefix("#"), let id = UInt32(user.dropFirst()), let account = accounts?.user(UserID(id)) {
                holders.append(account.name)
            } else {
                holders.append(user)
            }
        }
        var seen = excluded
        return holders.filter { seen.insert($0).inserted }
    }
}

extension SudoGrant {
    /// Whether `account` holds it, by name or because everybody does.
    func isHeld(by account: String) -> Bool { holders.contains(account) || holders.contains("ALL") }
}

/// Groups whose members can become root without being asked, and how.
enum RootEquivalentGroup {
    static let reasons: [String: String] = [
        "docker": "starts containers as root with any part of the host mounted",
        "lxd": "starts containers as root with any part of the host mounted",
        "incus-admin": "starts containers as root with any part of the host mounted",
        "libvirt": "starts machines on any disk of the host",
        "disk": "reads and writes every disk directly",
        "kmem": "reads the kernel's memory",
    ]

    /// Members other than root, by group name.
    static func memberships(in accounts: AccountDatabase) -> [(group: String, member: String)] {
        reasons.keys.sorted().flatMap { name in
            (accounts.group(named: name).map(accounts.members) ?? []).filter { $0 != "root" }.map { (name, $0) }
        }
    }
}
