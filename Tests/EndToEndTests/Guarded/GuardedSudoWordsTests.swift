import Foundation
import TestSupport
import Testing

/// What scripts read of `sudo`: its first lines, its exit codes and where they go, against the real broker.
@Suite(.enabled(if: FileSystemUser.isRoot, "namespaces and users need root"), .patience)
struct GuardedSudoWordsTests {
    private static let anything =
        "{ id: any, effect: allow, command: any, arguments: [...], from: { users: [ada] }, approval: none, unrestricted: true }"

    @Test("Rights at length are a stanza a rule: as whom, by what approval, which commands")
    func long() throws {
        let host = try GuardedHost(rules: [
            GuardedCommandTests.allow("/usr/bin/id"),
            GuardedApprovalTests.rule("/usr/bin/true", "confirm", "run_as: { user: bob, group: web }"),
        ])
        let listing = try host.output(of: "bailey-sudo -ll")
        for line in [
            "User ada may run the following commands on ", "Rule 'id':", "    RunAsUsers: root",
            "    Options: !authenticate", "    Commands:", "        /usr/bin/id ",
            "Rule 'true':", "    RunAsUsers: bob",
            "    RunAsGroups: web", "    Options: authenticate", "    Approval: confirm", "        /usr/bin/true ",
        ] { #expect(listing.contains("\n\(line)") || listing.hasPrefix(line), "\(line) in \(listing)") }
        #expect(try host.output(of: "bailey-sudo -l -l") == listing)
        #expect(try !host.output(of: "bailey-sudo -l").contains("RunAsUsers"))
    }

    @Test("A command that is none is not found, to who runs it and to who asks about it, and each cause has its remedy")
    func notFound() throws {
        let host = try GuardedHost(rules: [Self.anything])
        try host.write("/run/open", "#!/bin/sh\n")
        _ = try host.run("chmod 666 /run/open; chmod +x /run/open", as: "root")
        for (command, first, remedy) in [
            ("nosuch", "sudo: nosuch: command not found", "secure_path"),
            ("/nosuch/cmd", "sudo: /nosuch/cmd: command not found", "no such file"),
            ("/etc/passwd", "sudo: /etc/passwd: command not found", "not executable"),
            ("/etc", "sudo: /etc: command not found", "not a regular file"),
            ("/run/open", "sudo: /run/open can be written by others", "nobody else can change"),
        ] {
            for list in ["", "-l "] {
                let outcome = try host.run("bailey-sudo \(list)\(command)")
                let lines = outcome.errors.split(separator: "\n")
                #expect(outcome.status == 1 && outcome.output.isEmpty, "\(outcome)")
                #expect(lines.count == 2 && lines[0].hasPrefix(first) && lines[1].contains(remedy), "\(outcome)")
            }
            #expect(try host.run("bailey run -- \(command)").status == 8)
        }
        let denied = try host.run("bailey-sudo -l id", as: "bob")
        #expect(denied.status == 1 && denied.output.isEmpty && denied.errors.contains("no rule allows"), "\(denied)")
    }

    @Test("Of what only root can look at nobody learns by a refusal whether it is there (CVE-2025-46717)")
    func hidden() throws {
        let host = try GuardedHost(rules: [Self.anything])
        try host.write("/run/home/root/present", "text\n")
        for list in ["", "-l "] {
            let answers = try ["present", "missing"].map { name in
                try host.run("bailey-sudo \(list)/run/home/root/\(name)").errors.replacing(name, with: "NAME")
            }
            #expect(answers[0] == answers[1] && answers[0].contains("command not found"), "\(answers)")
            // By a link of the requester's own the broker does not look either.
            let links = try ["present", "missing"].map { name in
                try host.run(
                    "mkdir -p ~/links; ln -sfn /run/home/root/\(name) ~/links/\(name); chmod 711 ~; bailey-sudo \(list)~/links/\(name)/x"
                ).errors.replacing(name, with: "NAME")
            }
            #expect(links[0] == links[1] && links[0].contains("/run/home/ada"), "\(links)")
        }
    }

    @Test(
        "With -n nothing is waited for: what others have to approve is refused at once, with what it is; bailey run waits"
    )
    func waitingForNobody() throws {
        let host = try GuardedHost(rules: [
            GuardedApprovalTests.rule("/usr/bin/id", "peer"), GuardedApprovalTests.rule("/usr/bin/true", "self"),
        ])
        for (command, need) in [("id", "peer"), ("true", "self")] {
            let outcome = try host.run("bailey-sudo -n \(command)")
            let lines = outcome.errors.split(separator: "\n")
            #expect(outcome.status == 1 && lines.first == "sudo: a password is required", "\(outcome)")
            #expect(lines.count == 3 && lines[1].contains("approval by \(need) is needed"), "\(outcome)")
            #expect(outcome.errors.contains("ask without -n"), "\(outcome)")
        }
        #expect(try !host.output(of: "bailey requests", as: "bob").contains("ada"))
        let waiting = try host.terminal("bailey run -n -- id; echo status=$?")
        try waiting.read(until: "bailey approve")
        try waiting.type("\u{3}")
        _ = try waiting.readToEnd()
    }

    @Test("Without a terminal a password is said to be required, in sudo's two lines")
    func noTerminal() throws {
        let host = try GuardedHost(rules: [GuardedApprovalTests.rule("/usr/bin/id", "confirm")])
        let lines = [
            "sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper",
            "sudo: a password is required",
        ]
        for arguments in ["id", "-v"] {
            let outcome = try host.run("bailey-sudo \(arguments)")
            #expect(outcome.status == 1 && outcome.errors.hasPrefix(lines.joined(separator: "\n") + "\n"), "\(outcome)")
        }
        let silent = try host.run("bailey-sudo -nv")
        #expect(silent.status == 1 && silent.errors == "sudo: a password is required\n", "\(silent)")
        let shown = try host.terminal("bailey-sudo -nv; echo status=$?").readToEnd()
        #expect(shown.components(separatedBy: "a password is required").count == 2, "\(shown)")
    }

    @Test("Whom no rule lets do anything -v refuses, and who may is asked every time, for a proof is not kept")
    func validation() throws {
        let host = try GuardedHost(rules: [Self.anything])
        let stranger = try host.terminal("bailey-sudo -v; echo status=$?", as: "bob").readToEnd()
        #expect(
            stranger.contains("Sorry, user bob may not run sudo on ") && stranger.contains("status=1"), "\(stranger)")
        for _ in 1...2 {
            let session = try host.terminal("bailey-sudo -v; echo status=$?")
            try session.read(until: "password for ada: ")
            try session.type("secret\n")
            #expect(try session.readToEnd().contains("status=0"))
        }
    }

    @Test("A denial names as whom: the caller where only a group was asked for")
    func deniedTarget() throws {
        let host = try GuardedHost(rules: [GuardedCommandTests.allow("/usr/bin/id")])
        #expect(try host.run("bailey-sudo -g web id").errors.contains("as ada:web on "))
        #expect(try host.run("bailey-sudo rm").errors.contains("as root on "))
    }

    @Test("What a user's own mask keeps from others, commands keep from them too; what may be less is not")
    func fileModeMask() throws {
        let host = try GuardedHost(rules: [Self.anything])
        #expect(try host.output(of: "umask 077; bailey-sudo bash -c umask") == "0077")
        #expect(try host.output(of: "umask 007; bailey run -- bash -c umask") == "0027")
        #expect(try host.output(of: "umask 000; bailey-sudo bash -c umask") == "0022")
        #expect(try host.records().contains { $0.contains("\"start\"") && $0.contains("\"umask\":\"0077\"") })
    }

    @Test(
        "An account that has expired runs nothing and approves nothing, whatever its rule asks for; one whose password is locked does"
    )
    func expired() throws {
        let host = try GuardedHost(rules: [
            Self.anything, GuardedApprovalTests.rule("/usr/bin/id", "peer", "run_as: { user: old }"),
        ])
        #expect(try host.output(of: "bailey-sudo id -u") == "0")
        func shadow(_ entry: String) throws {
            let script = "sed -i 's/^ada:.*/ada:\(entry)/' /etc/shadow"
            #expect(try host.run(script, as: "root").status == 0)
        }
        for entry in ["x:19000:0:99999:7::10000:", "x:19000:0:10:7:5::"] {
            try shadow(entry)
            let outcome = try host.run("bailey-sudo id -u")
            #expect(
                outcome.status == 1 && outcome.output.isEmpty && outcome.errors.contains("ada has expired"),
                "\(outcome)")
            #expect(try host.run("bailey-sudo -l").status == 1 && host.run("bailey run -- id").status == 3)
        }
        #expect(try host.records().contains { $0.contains("\"denied\"") && $0.contains("has expired") })
        try shadow("!x:19000:0:99999:7:::")
        #expect(try host.output(of: "bailey-sudo id -u") == "0")
    }

    @Test("An account that nobody can log in to is run as where a rule names it, and by no other rule")
    func lockedTarget() throws {
        let named = GuardedCommandTests.allow("/usr/bin/id", "[...]", "run_as: { user: nobody }")
        let host = try GuardedHost(rules: [named])
        #expect(try host.output(of: "bailey-sudo -u nobody id -un") == "nobody")
        let other = try GuardedHost(rules: [GuardedCommandTests.allow("/usr/bin/id")])
        #expect(try other.run("bailey-sudo -u nobody id -un").status == 1)
    }
}
