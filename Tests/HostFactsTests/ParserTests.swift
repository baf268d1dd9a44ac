import HostModel
import LinuxSystem
import ProcessInventory
import TestSupport
import Testing

@testable import HostFacts

@Suite struct ParserTests {
    @Test(
        "A wildcard matches as glob(7) says",
        arguments: [
            ("*.conf", "a.conf", true), ("*.conf", "a.conf.bak", false), ("a?c", "abc", true), ("a?c", "ac", false),
            ("[ab]x", "bx", true), ("[!ab]x", "bx", false), ("[0-9]*", "10-x", true), ("[a", "[a", true),
            ("*a*b*c", "xxaxxbxxc", true), ("*a*b*c", "xxaxxcxxb", false), ("", "", true), ("**", "anything", true),
        ])
    func wildcard(pattern: String, name: String, matches: Bool) {
        #expect(PathPattern.matches(Array(pattern.utf8)[...], Array(name.utf8)[...]) == matches)
    }

    @Test("A hostile pattern costs no more than pattern times name", .patience)
    func hostilePattern() {
        let pattern = Array(String(repeating: "*a", count: 500).utf8)
        let name = Array(String(repeating: "a", count: 5000).utf8) + [0x62]
        #expect(!PathPattern.matches(pattern[...], name[...]))
    }

    @Test("Kernel releases are ordered by their numbers")
    func kernelReleases() {
        let releases = ["6.1.0-18-amd64", "6.1.0-9-amd64", "5.10.0-30-amd64", "6.12.1"]
        #expect(
            releases.sorted { KernelRelease($0) < KernelRelease($1) } == [
                "5.10.0-30-amd64", "6.1.0-9-amd64", "6.1.0-18-amd64", "6.12.1",
            ])
    }

    @Test("Escaped blanks in mount points are blanks")
    func mountEscapes() {
        #expect(MountTable.unescaped("/mnt/my\\040disk\\134x") == "/mnt/my disk\\x")
        #expect(MountTable.unescaped("/mnt/\\9") == "/mnt/\\9")
    }

    @Test(
        "The forms of a password field are told apart",
        arguments: [
            ("", PasswordState.empty), ("!", .locked), ("*", .locked), ("!$y$j9T$a$b", .locked), ("x", .locked),
            ("$y$j9T$abc$def", .hashed(.yescrypt)), ("$6$rounds=5000$a$b", .hashed(.sha512)),
            ("$1$a$b", .hashed(.md5)), ("$2y$10$abc", .hashed(.bcrypt)), ("abJnggxhB.yWI", .hashed(.des)),
            ("$zz$abcdefghijkl", .unrecognised), ("short", .locked),
        ])
    func passwordField(field: String, state: PasswordState) {
        #expect(PasswordState(field: field[...]) == state)
    }

    @Test("Options of apt are found in both forms, the last value wins, and lists add up")
    func aptOptions() throws {
        let tree = try TemporaryTree()
        try tree.add(
            "/etc/apt/apt.conf.d/10first",
            """
            // a comment
            APT::Periodic::Update-Package-Lists "1";  # another
            APT { Periodic { Unattended-Upgrade "1"; }; Sandbox::User "_apt"; };
            /* Acquire::Check-Valid-Until "false"; */
            Unattended-Upgrade::Origins-Pattern { "origin=Debian"; "origin=Debian,label=Debian-Security"; };
            """)
        try tree.add("/etc/apt/apt.conf.d/20second.conf", "apt::periodic::unattended-upgrade \"7\";\n")
        try tree.add("/etc/apt/apt.conf.d/30ignored.bak", "APT::Periodic::Unattended-Upgrade \"0\";\n")
        try tree.add("/etc/apt/apt.conf", "Unattended-Upgrade::Origins-Pattern:: \"origin=Own\";\n")
        let apt = try #require(AptConfiguration.read(try FileTree(root: tree.path)).value)
        #expect(apt.value("APT::Periodic::Update-Package-Lists") == "1")
        #expect(apt.value("APT::Periodic::Unattended-Upgrade") == "7")
        #expect(apt.value("APT::Sandbox::User") == "_apt")
        #expect(apt.value("Acquire::Check-Valid-Until") == nil)
        #expect(
            apt.list("Unattended-Upgrade::Origins-Pattern") == [
                "origin=Debian", "origin=Debian,label=Debian-Security", "origin=Own",
            ])
    }

    @Test(
        "Control groups name units and containers",
        arguments: [
            ("0::/system.slice/ssh.service\n", "ssh.service", nil),
            ("0::/user.slice/user-1000.slice/session-3.scope\n", "session-3.scope", nil),
            (
                "12:cpu:/\n0::/system.slice/docker-\(String(repeating: "ab", count: 32)).scope\n",
                "docker-\(String(repeating: "ab", count: 32)).scope", String(repeating: "ab", count: 32)
            ),
            ("1:name=systemd:/system.slice/cron.service\n0::/\n", "cron.service", nil), ("garbage", nil, nil),
        ] as [(String, String?, String?)])
    func controlGroups(text: String, unit: String?, container: String?) {
        let path = ControlGroupPath.path(inProcFile: Array(text.utf8))
        #expect(path.flatMap(ControlGroupPath.unit) == unit)
        #expect(path.flatMap(ControlGroupPath.container) == container)
    }

    @Test("Tokens of AuthorizedKeysFile stand for the account")
    func authorizedKeysTokens() {
        let ada = Account(name: "ada", userID: UserID(1000), groupID: 1000, home: "/home/ada", shell: "/bin/bash")
        #expect(AuthorizedKeysFile.path(".ssh/keys", of: ada) == "/home/ada/.ssh/keys")
        #expect(AuthorizedKeysFile.path("/etc/keys/%u-%U", of: ada) == "/etc/keys/ada-1000")
        #expect(AuthorizedKeysFile.path("%h/100%%", of: ada) == "/home/ada/100%")
    }
}
