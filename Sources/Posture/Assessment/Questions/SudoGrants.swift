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
            let exempt = exemptUsers(accounts)
            let asksNothing =
                (rule.asksNoPassword && !takenBack) || authenticatesNobody
                || holders.contains { exempt.contains($0) || exempt.contains("ALL") }
            return SudoGrant(rule: rule, holders: holders, asksNothing: asksNothing)
        }
    }

    /// `Defaults !authenticate`: nobody is asked for a password.
    private var authenticatesNobody: Bool { setting("authenticate")?.isNegated ?? false }

    /// Whom nobody asks, by `Defaults:user !authenticate` or as members of `exempt_group` (sudoers(5)).
    private func exemptUsers(_ accounts: AccountDatabase?) -> Set<String> {
        var exempt: Set<String> = []
        for setting in defaults where setting.name == "authenticate" && setting.isNegated {
            exempt.formUnion(Self.holders(ofUsers: setting.users, accounts: accounts))
        }
        if let group = setting("exempt_group")?.value {
            exempt.formUnion(Self.holders(ofUsers: ["%\(group)"], accounts: accounts))
        }
        return exempt
    }

    private static func holders(of rule: Rule, accounts: AccountDatabase?) -> [String] {
        holders(ofUsers: rule.users, accounts: accounts)
    }

    private static func holders(ofUsers users: [String], accounts: AccountDatabase?) -> [String] {
        var holders: [String] = []
        var excluded: Set<String> = ["root", "#0"]
        for user in users {
            if user.hasPrefix("!") {
                excluded.insert(String(user.dropFirst()))
            } else if user.hasPrefix("%"), let accounts, !user.hasPrefix("%:"), !user.hasPrefix("%#") {
                holders += accounts.group(named: String(user.dropFirst())).map(accounts.members) ?? []
            } else if user.hasPrefix("%#"), let id = UInt32(user.dropFirst(2)), let accounts {
                holders += accounts.groups.first { $0.groupID == id }.map(accounts.members) ?? []
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
