import Foundation
import HostModel
import TestSupport
import Testing

@testable import Policies

/// sudoers read by sudo's own cvtsudoers, and what becomes of it.
@Suite struct SudoersImportTests {
    private func imported(_ sudoers: String, host: String = "web1.example.org") throws -> ImportedCommandPolicy {
        let tree = try TemporaryTree()
        try tree.add("sudoers", sudoers + "\n", .init(mode: 0o440))
        let json = try RunningProgram.output(of: [
            "/usr/bin/cvtsudoers", "-c", "/dev/null", "-e", "-f", "json", "\(tree.path)/sudoers",
        ])
        return try SudoersImport.imported(PolicyText(path: "sudoers", json), hostName: host, references: .none)
    }

    private func decide(
        _ policy: ImportedCommandPolicy, by user: String = "ada", groups: Set<String> = [],
        as target: TargetIdentity = .root,
        _ argv: [String]
    ) throws -> CommandDecision {
        let parsed = try CommandPolicy(parsing: PolicyText(path: "new.yaml", policy.text), references: .none)
        let requester = Requester(
            user: UserID(1001), userName: user, group: GroupID(1001), groupNames: groups, process: ProcessID(7),
            startTime: 1, terminal: "/dev/pts/1")
        let request = try CommandRequest(
            argv: argv, requestedPath: argv[0], program: argv[0], target: target, hasTerminal: true)
        return parsed.decide(request, from: requester, at: Date(timeIntervalSince1970: 1_800_000_000))
    }

    @Test("Commands, people, targets, proof and limits become what they were")
    func faithful() throws {
        let policy = try imported(
            """
            Defaults env_keep += "TZ LD_PRELOAD"
            User_Alias OPS = ada, %ops
            Cmnd_Alias WEB = /usr/bin/systemctl restart nginx, /usr/bin/id ""
            OPS ALL = NOPASSWD: WEB
            eve web1 = (postgres : www-data) TIMEOUT=5m /usr/bin/pg_dump select\\,1 a\\:b\\=c
            """)
        let grant = try #require(try decide(policy, ["/usr/bin/systemctl", "restart", "nginx"]).grant)
        #expect(grant.approval.isNone)
        #expect(try decide(policy, by: "bob", groups: ["ops"], ["/usr/bin/id"]).grant != nil)
        #expect(try decide(policy, by: "bob", ["/usr/bin/id"]).grant == nil)
        #expect(try decide(policy, ["/usr/bin/id", "-u"]).grant == nil)
        let postgres = TargetIdentity(
            user: UserID(70), userName: "postgres", group: GroupID(33), groupName: "www-data", isUserAskedFor: true,
            isGroupAskedFor: true)
        let dump = try #require(
            try decide(policy, by: "eve", as: postgres, ["/usr/bin/pg_dump", "select,1", "a:b=c"]).grant,
            "\(policy.text)")
        #expect(dump.approval == ApprovalRequirement([.confirm]))
        #expect(dump.terms.limits.timeout == .seconds(300))
        #expect(try decide(policy, by: "eve", ["/usr/bin/pg_dump", "select,1", "a:b=c"]).grant == nil)
        #expect(policy.text.contains("keep: [TZ]"))
        #expect(policy.notes.filter(\.isDropped).map(\.message).count == 1)
        #expect(policy.notes.contains { $0.message.hasPrefix("env_keep LD_PRELOAD") })
    }

    @Test("The last one that matches decides on the proof, as in sudoers")
    func order() throws {
        let policy = try imported(
            "ada ALL = NOPASSWD: /usr/bin/id \"\"\nada ALL = PASSWD: /usr/bin/id \"\"\nbob ALL = PASSWD: /usr/bin/id \"\", NOPASSWD: /usr/bin/id \"\""
        )
        #expect(try decide(policy, ["/usr/bin/id"]).grant?.approval == ApprovalRequirement([.confirm]))
        #expect(try decide(policy, by: "bob", ["/usr/bin/id"]).grant?.approval.isNone == true)
    }

    @Test("What is taken away is denied, to all who may be meant")
    func negation() throws {
        let policy = try imported(
            "ada ALL = ALL, !/usr/bin/su, !/usr/bin/passwd root\n%ops, !eve ALL = !/usr/bin/reboot")
        #expect(try decide(policy, ["/usr/bin/cat", "/etc/shadow"]).grant != nil)
        #expect(try decide(policy, ["/usr/bin/su"]).denial?.rule != nil)
        #expect(try decide(policy, ["/usr/bin/passwd", "root"]).denial?.rule != nil)
        #expect(try decide(policy, ["/usr/bin/passwd", "bob"]).grant != nil)
        #expect(try decide(policy, ["/usr/bin/reboot"]).denial?.rule != nil)
        #expect(try decide(policy, by: "bob", ["/usr/bin/cat"]).grant == nil)
    }

    @Test(
        "Where what is taken away cannot be named, nothing is allowed",
        arguments: ["!/usr/sbin/", "!/usr/bin/*sh", "!/usr/bin/[a-z]*", "!sudoedit /etc/x"])
    func unsayableNegation(command: String) throws {
        let policy = try imported("ada ALL = ALL, \(command)")
        #expect(policy.rulesCount == 0)
        #expect(policy.notes.contains { $0.isDropped && $0.subject == "all rules" })
    }

    @Test("A wildcard stays within one argument, and crosses neither a slash nor into options")
    func wildcards() throws {
        let policy = try imported("ada ALL = /usr/bin/cat /var/log/*.log, /usr/bin/touch *")
        #expect(try decide(policy, ["/usr/bin/cat", "/var/log/a.log"]).grant != nil)
        for hostile in [
            ["/var/log/x", "/etc/shadow.log"], ["/var/log/../../etc/a.log"], ["/var/log/x /etc/shadow /y.log"],
        ] {
            #expect(try decide(policy, ["/usr/bin/cat"] + hostile).grant == nil, "\(hostile)")
        }
        #expect(try decide(policy, ["/usr/bin/touch", "--reference=/etc/shadow"]).grant == nil)
        #expect(policy.notes.filter { $0.isDropped && $0.message.contains("wildcards") }.count == 2)
    }

    @Test(
        "What no rule can say is not carried over, and said to be",
        arguments: [
            ("ada ALL = NOEXEC: /usr/bin/id", "NOEXEC"), ("ada ALL = sudoedit /etc/hosts", "sudoedit"),
            ("ada ALL = sha224:0GomF8mNN3wlDt1HD9XldjJ3SNgpFdbjO1+NsQ== /usr/bin/id", "digest"),
            ("ada ALL = /usr/sbin/", "directory"), ("ada ALL = /usr/bin/i?", "pattern"),
            ("ada ALL = ^/usr/bin/x.*$", "regular expression"),
            ("ada ALL = /usr/bin/printf ^a+$", "regular expression"),
            ("ada ALL = /usr/bin/printf [a]", "brackets"), ("+net ALL = /usr/bin/id", "no user"),
            ("%:other ALL = /usr/bin/id", "no user"), ("ada, !eve ALL = /usr/bin/id", "taken out"),
            ("ada ALL = (:www-data) /usr/bin/id", "with another group"),
            ("ada ALL = (%db) /usr/bin/id", "groups of users"),
            ("ada 10.0.0.0/8 = /usr/bin/id", "hosts"), ("ada +hosts = /usr/bin/id", "hosts"),
            ("ada w* = /usr/bin/id", "hosts"), ("ada ALL = CHROOT=/srv /usr/bin/id", "runchroot"),
            ("ada ALL = NOTAFTER=20300101000000Z /usr/bin/id", "notafter"),
            ("Defaults rootpw\nada ALL = /usr/bin/id", "another password"),
            ("Defaults requiretty\nada ALL = NOPASSWD: /usr/bin/id", "requiretty"),
            ("Defaults noexec\nada ALL = /usr/bin/id", "noexec"),
            ("Defaults runas_default=bob\nada ALL = /usr/bin/id", "runas_default"),
            ("ada ALL = /usr/bin/vim /etc/hosts", "shell"), ("ada ALL = /bin/bash", "shell"),
            ("ada ALL = /usr/bin/systemctl", "shell"),
        ])
    func notCarriedOver(sudoers: String, reason: String) throws {
        let policy = try imported(sudoers)
        #expect(policy.rulesCount == 0, "\(policy.text)")
        #expect(policy.notes.contains { $0.isDropped && $0.message.contains(reason) }, "\(policy.notes)")
    }

    @Test(
        "A rule is for this host when the last entry that names it says so",
        arguments: [
            ("ALL", 1), ("web1", 1), ("WEB1.example.org", 1), ("web2", 0), ("ALL, !web1", 0), ("!web1, ALL", 1),
            ("web1, !web2", 1),
        ])
    func hosts(list: String, count: Int) throws {
        #expect(try imported("ada \(list) = /usr/bin/id").rulesCount == count)
    }

    @Test("A working directory, which cvtsudoers 1.9.13 writes as no JSON, is kept")
    func workingDirectory() throws {
        let policy = try imported("#1001 ALL = CWD=/srv /usr/bin/id")
        #expect(try decide(policy, ["/usr/bin/id"]).grant?.terms.workingDirectory == "/srv", "\(policy.text)")
    }

    @Test(
        "A variable is kept as the list of sudoers ends up, and not where it is taken away for some",
        arguments: [
            ("Defaults env_keep += \"TZ COLORS\"\nDefaults env_keep -= TZ", "keep: [COLORS]"),
            ("Defaults env_keep += \"TZ COLORS\"\nDefaults:bob env_keep -= TZ", "keep: [COLORS]"),
            ("Defaults env_keep += COLORS\nDefaults env_keep = TZ", "keep: [TZ]"),
            ("Defaults env_keep += \"XDG_SESSION_* TZ\"\nDefaults env_keep -= XDG_SESSION_ID", "keep: [TZ]"),
            ("Defaults env_keep += TZ\nDefaults:bob env_keep += COLORS", "keep: [TZ]"),
        ])
    func keptVariables(defaults: String, kept: String) throws {
        let policy = try imported("\(defaults)\nada ALL = /usr/bin/id \"\"")
        #expect(policy.text.contains("environment: { \(kept) }"), "\(policy.text)")
    }

    @Test("Everything to root by ALL is said to give the shell away, and to be for root alone")
    func everything() throws {
        let policy = try imported("root ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL")
        #expect(policy.rulesCount == 1)
        #expect(policy.text.contains("unrestricted: true"))
        #expect(policy.notes.contains { $0.message.contains("root alone") })
        #expect(try decide(policy, groups: ["sudo"], ["/bin/bash"]).grant?.approval == ApprovalRequirement([.confirm]))
    }

    @Test("Names that would be YAML of their own stay names")
    func hostileNames() throws {
        let policy = try imported(
            #""ad,a]x" ALL = /usr/bin/id "", /usr/bin/echo {a}, /usr/bin/echo ..., /usr/bin/echo yes, /usr/bin/echo ~"#)
        _ = try CommandPolicy(parsing: PolicyText(path: "x", policy.text), references: .none)
        for word in ["...", "yes", "~"] {
            #expect(try decide(policy, by: "ad,a]x", ["/usr/bin/echo", word]).grant != nil, "\(word)")
        }
        #expect(try decide(policy, by: "ad,a]x", ["/usr/bin/echo", "x"]).grant == nil)
        #expect(try decide(policy, by: "ad", ["/usr/bin/id"]).grant == nil)
        #expect(!policy.text.contains("\n    arguments: [...]\n"))
    }
}
