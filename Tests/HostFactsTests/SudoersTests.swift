import HostModel
import LinuxSystem
import TestSupport
import Testing

@testable import HostFacts

@Suite struct SudoersTests {
    struct Line: Sendable, CustomTestStringConvertible {
        var text: String
        /// `users / hosts / run as / commands / tags` of each rule.
        var rules: [String]
        var testDescription: String { text }
    }

    @Test(
        "A line of sudoers means what sudo takes it for",
        arguments: [
            Line(text: "root ALL=(ALL:ALL) ALL", rules: ["root / ALL / ALL / ALL /"]),
            Line(text: "%sudo\tALL=(ALL:ALL) ALL", rules: ["%sudo / ALL / ALL / ALL /"]),
            Line(text: "ada, bob ALL = /bin/ls, /bin/cat", rules: ["ada,bob / ALL / root / /bin/ls,/bin/cat /"]),
            Line(
                text: "ada ALL=(www) NOPASSWD: /bin/a, PASSWD: /bin/b",
                rules: [
                    "ada / ALL / www / /bin/a / NOPASSWD", "ada / ALL / www / /bin/b / PASSWD",
                ]),
            Line(
                text: "ada ALL=(a) /x, (b) NOEXEC: NOPASSWD: /y",
                rules: [
                    "ada / ALL / a / /x /", "ada / ALL / b / /y / NOEXEC,NOPASSWD",
                ]),
            Line(
                text: "ada web = /x : db = (root) NOPASSWD: /y",
                rules: [
                    "ada / web / root / /x /", "ada / db / root / /y / NOPASSWD",
                ]),
            Line(text: "#1000 ALL = /bin/ls -l\\, x", rules: ["#1000 / ALL / root / /bin/ls -l\\, x /"]),
            Line(text: #"%domain\ users ALL = ALL"#, rules: ["%domain users / ALL / root / ALL /"]),
            Line(text: "ada ALL = CWD=/home /bin/ls", rules: ["ada / ALL / root / /bin/ls /"]),
            Line(text: "ada ALL = ALL, !/bin/su # not that", rules: ["ada / ALL / root / ALL,!/bin/su /"]),
            Line(text: "nonsense", rules: []), Line(text: "ada ALL", rules: []),
        ])
    func rules(_ line: Line) {
        let seen = SudoersLine.rules(SudoersLine.withoutComment(line.text[...]), location: "x:1").map { rule in
            let parts = [rule.users, rule.hosts, rule.runAs, rule.commands, rule.tags.sorted()]
            return parts.map { $0.joined(separator: ",") }.joined(separator: " / ").trimmingSuffix(" ")
        }
        #expect(seen == line.rules)
    }

    @Test(
        "A sign of sudoers with a mark joined to it means what it means to sudo, which reads bytes",
        arguments: ["\u{301}", "\u{200d}", "\u{fe0f}"])
    func joinedSigns(mark: String) throws {
        let tree = try TemporaryTree()
        try tree.add("/usr/bin/sudo", "")
        try tree.add(
            "/etc/sudoers",
            "ada ALL=ALL #\(mark) a note\r\nDefaults:bob !authenticate,\(mark)x\r\nbob ALL = \\\r\n ALL\u{600}#\n#\(mark)\n"
        )
        let policy = try #require(SudoersReader.read(try FileTree(root: tree.path)).value)
        #expect(policy.rules.first?.commands == ["ALL"])
        #expect(policy.defaults.first?.name == "authenticate" && policy.defaults.first?.isNegated == true)
        #expect(policy.rules.map(\.location) == ["/etc/sudoers:1", "/etc/sudoers:3"])
        #expect(policy.malformed.isEmpty)
    }

    @Test(
        "An account is not hidden by what is joined to the colons around its comment, which a user may write",
        arguments: ["\u{301}", "\u{600}", "x\u{600}", "e\u{301}"])
    func joinedColons(comment: String) throws {
        let tree = try TemporaryTree()
        try tree.add("/etc/passwd", "eve:x:0:0:\(comment):/home/eve:/bin/sh\n")
        let database = try #require(AccountFiles(try FileTree(root: tree.path)).read().value)
        #expect(database.users.map(\.home) == ["/home/eve"] && database.malformed.isEmpty)
    }

    @Test("Included files, aliases and defaults come together")
    func wholePolicy() throws {
        let tree = try TemporaryTree()
        try tree.add("/usr/bin/sudo", "")
        try tree.add(
            "/etc/sudoers",
            """
            # a comment
            Defaults env_reset, timestamp_timeout=5
            Defaults:ada !use_pty, secure_path = "/usr/bin:/bin"
            User_Alias ADMINS = ada, OTHERS : OTHERS = bob
            Cmnd_Alias SHELLS = /bin/sh, /bin/bash
            ADMINS ALL = !SHELLS, NOPASSWD: /bin/ls
            #include /etc/sudoers.local
            @includedir sudoers.d
            """)
        try tree.add("/etc/sudoers.local", "carl ALL=ALL\n")
        try tree.add("/etc/sudoers.d/10-dora", "dora ALL=(ALL) NOPASSWD: ALL\nDefaults timestamp_timeout=-1\n")
        try tree.add("/etc/sudoers.d/backup.bak", "eve ALL=ALL\n")
        try tree.add("/etc/sudoers.d/old~", "eve ALL=ALL\n")
        let policy = try #require(SudoersReader.read(try FileTree(root: tree.path)).value)
        #expect(policy.rules.map(\.users) == [["ada", "bob"], ["ada", "bob"], ["carl"], ["dora"]])
        #expect(policy.rules[0].commands == ["!/bin/sh", "!/bin/bash"])
        #expect(policy.setting("timestamp_timeout")?.value == "-1")
        #expect(policy.defaults.first { $0.name == "use_pty" }?.scope == ":ada")
        #expect(policy.defaults.first { $0.name == "secure_path" }?.value == "/usr/bin:/bin")
        #expect(policy.rules.last?.location == "/etc/sudoers.d/10-dora:1")
        #expect(policy.malformed.isEmpty)
    }

    @Test("Files that include each other end, and say that they do not add up")
    func cycle() throws {
        let tree = try TemporaryTree()
        try tree.add("/usr/bin/sudo", "")
        try tree.add("/etc/sudoers", "@include /etc/sudoers\n@include /etc/sudoers\n")
        guard case .unseen(let gap) = SudoersReader.read(try FileTree(root: tree.path)) else {
            Issue.record("a cycle was taken for a policy")
            return
        }
        #expect(gap.why.contains("too deep"))
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
