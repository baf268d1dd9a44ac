import Foundation
import TestSupport
import Testing

extension GuardedHost {
    /// With the programs as `swift test` built them.
    convenience init(settings: String = GuardedHost.settings, rules: [String], prompts: String? = nil) throws {
        let programs = Checkout.programs
        try self.init(programs: programs, settings: settings, rules: rules, prompts: prompts)
    }

    /// Runs a script and returns what it printed; what it complained of, and how it ended, where that is not well.
    func output(of script: String, as user: String = "ada", input: String = "") throws -> String {
        let outcome = try run(script, as: user, input: input)
        let failure = outcome.status == 0 ? "" : "[\(outcome.status)] \(outcome.errors)"
        return (outcome.output + failure).trimmingCharacters(in: .newlines)
    }
}

/// Real users, real PAM, the real broker and its clients, in namespaces of the test's own.
@Suite(.enabled(if: FileSystemUser.isRoot, "namespaces and users need root"), .patience)
struct GuardedCommandTests {
    static func allow(_ command: String, _ arguments: String = "[...]", _ more: String = "") -> String {
        let id = command.split(separator: "/").last ?? "rule"
        return
            "{ id: \(id), effect: allow, command: \(command), arguments: \(arguments), from: any, approval: none, unrestricted: true\(more.isEmpty ? "" : ", " + more) }"
    }

    @Test("An allowed command runs as root, with nothing of the requester's environment but what the rule keeps")
    func environment() throws {
        let host = try GuardedHost(rules: [
            Self.allow("/usr/bin/id"),
            Self.allow("/usr/bin/env", "[]", "environment: { keep: [LC_ALL], set: { MODE: safe } }"),
        ])
        #expect(try host.output(of: "bailey-sudo id") == "uid=0(root) gid=0(root) groups=0(root)")
        let environment = try host.output(
            of:
                "LD_PRELOAD=/tmp/evil.so LD_AUDIT=x BASH_ENV=/tmp/x PATH=$PATH:/tmp LC_ALL=C.UTF-8 SECRET=1 bailey-sudo env"
        )
        #expect(
            environment.split(separator: "\n").sorted() == [
                "HOME=/run/home/root", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "LOGNAME=root", "MODE=safe",
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "SHELL=/bin/bash",
                "SUDO_COMMAND=/usr/bin/env", "SUDO_GID=4001", "SUDO_UID=4001", "SUDO_USER=ada", "TERM=dumb",
                "USER=root",
            ])
    }

    @Test(
        "What no rule allows does not run, however it is written",
        arguments: [
            "rm -fr /run/home/bob", "rm -r -f /run/home/bob", "/bin/rm -rf /run/home/bob",
            "/usr/bin/../bin/rm -rf /run/home/bob",
            "bash -c 'rm -rf /run/home/bob'", "sh -c id", "env id", "/usr/bin/env -i id", "'id;id'", "''", "/",
        ])
    func denied(command: String) throws {
        let host = try GuardedHost(rules: [Self.allow("/usr/bin/id", "[]")])
        let outcome = try host.run("bailey-sudo \(command)")
        #expect(outcome.status == 1 && outcome.output.isEmpty, "\(outcome)")
        #expect(try host.output(of: "bailey run -- \(command) 2>/dev/null; echo $?").hasSuffix("3") || command == "''")
        #expect(try host.output(of: "ls -d /run/home/bob", as: "root") == "/run/home/bob")
    }

    @Test("Target users are accounts: a number without one, -1 and what wraps around to 0 are nobody (CVE-2019-14287)")
    func targets() throws {
        let host = try GuardedHost(rules: [
            Self.allow("/usr/bin/id", "[-u]", "run_as: { user: [bob, '#4003', nobody] }")
        ])
        #expect(try host.output(of: "bailey-sudo -u bob id -u") == "4002")
        #expect(try host.output(of: "bailey-sudo -u '#4002' id -u") == "4002")
        for user in ["'#-1'", "'#4294967295'", "'#4294967296'", "'#0x0'", "'# 0'", "'#+0'", "'#5555'", "mallory", "''"]
        {
            let outcome = try host.run("bailey-sudo -u \(user) id -u")
            #expect(outcome.status == 1 && outcome.output.isEmpty, "\(user) \(outcome)")
        }
        #expect(try host.run("bailey-sudo id -u").status == 1, "root is not among the rule's users")
    }

    @Test("A program that is another by another name is allowed by the name that the rule writes alone")
    func names() throws {
        let host = try GuardedHost(rules: [Self.allow("/usr/bin/xzcat"), Self.allow("/usr/bin/bash")])
        let make = "cd /run/home/ada; echo kept > file; xz file; chmod 644 file.xz"
        #expect(try host.output(of: make) == "")
        #expect(try host.output(of: "bailey-sudo xzcat /run/home/ada/file.xz") == "kept")
        for name in ["xz -d", "unxz", "/usr/bin/unxz", "/usr/bin/xz -dk", "sh -c id"] {
            #expect(try host.run("bailey-sudo \(name) /run/home/ada/file.xz").status == 1, "\(name)")
        }
    }

    @Test("Without a terminal pipes stay pipes, clean of bytes added or changed, and their ends are told apart")
    func pipes() throws {
        let host = try GuardedHost(rules: [Self.allow("/usr/bin/cat"), Self.allow("/usr/bin/bash")])
        let same = "head -c 3000000 /dev/urandom > r; bailey-sudo cat < r | cmp - r && echo same"
        #expect(try host.output(of: "cd /run/home/ada; \(same)") == "same")
        let outcome = try host.run("bailey-sudo bash -c 'echo out; echo err >&2; exit 42'")
        #expect((outcome.status, outcome.output, outcome.errors) == (42, "out\n", "err\n"))
    }

    @Test("Exit codes and deaths by signal are passed on as sudo does")
    func endings() throws {
        let host = try GuardedHost(rules: [Self.allow("/usr/bin/bash")])
        for code in [0, 1, 3, 127, 255] {
            #expect(try host.run("bailey-sudo bash -c 'exit \(code)'; exit $?").status == code)
            #expect(try host.run("bailey run -- bash -c 'exit \(code)'; exit $?").status == code)
        }
        #expect(try host.output(of: "bailey-sudo bash -c 'kill -TERM $$' 2>/dev/null; echo $?") == "143")
        #expect(try host.output(of: "bailey-sudo bash -c 'kill -KILL $$' 2>/dev/null; echo $?") == "137")
    }

    @Test("Only the standard streams reach a command, and nothing of the broker's")
    func descriptors() throws {
        let host = try GuardedHost(rules: [Self.allow("/usr/bin/ls")])
        let listing = try host.output(of: "exec 7</etc/passwd 9>/dev/null; bailey-sudo ls /proc/self/fd < /dev/null")
        #expect(listing == "0\n1\n2\n3", "3 is the directory that ls reads")
    }

    @Test("A command with capabilities runs as the requester with exactly these, and cannot get others")
    func capabilities() throws {
        let host = try GuardedHost(rules: [
            Self.allow("/usr/bin/grep", "[Cap, /proc/self/status]", "capabilities: [net_bind_service]"),
            Self.allow("/usr/bin/true"),
        ])
        let caps = try host.output(of: "bailey-sudo grep Cap /proc/self/status")
        let bits = "0000000000000400"
        #expect(
            caps
                == ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"].map { "\($0):\t\(bits)" }.joined(separator: "\n"))
    }

    @Test("A sandboxed command writes where it may, reads where it may, and has no network")
    func sandbox() throws {
        let host = try GuardedHost(rules: [
            Self.allow(
                "/usr/bin/bash", "[...]",
                "sandbox: { read_only: [/run/home/bob], writable: [/run/home/bob], network: false }")
        ])
        let script = """
            echo in > /run/home/bob/in && echo wrote; echo out > /run/home/eve/out || echo refused
            cat /etc/bailey/command-policy.yaml > /dev/null || echo unread; ls /sys/class/net /proc/net/dev 2>/dev/null | wc -l
            exec 3<>/dev/tcp/127.0.0.1/22 || echo unconnected; grep NoNewPrivs /proc/self/status || echo no proc
            """
        try host.write("/run/script", script)
        let said = try host.output(of: "bailey-sudo bash -c \"$(cat /run/script)\" 2>/dev/null")
        #expect(
            said.contains("wrote") && said.contains("refused") && said.contains("unread")
                && said.contains("unconnected"), "\(said)")
    }

    @Test("A command that takes too long is ended with all that it started, what left its session included")
    func timeout() throws {
        let host = try GuardedHost(rules: [Self.allow("/usr/bin/bash", "[...]", "limits: { timeout: 1s }")])
        let script = "trap '' TERM HUP; (setsid bash -c 'trap \"\" TERM HUP; exec sleep 1234' &) ; sleep 1235"
        let outcome = try host.run(
            "bailey run -- bash -c \"\(script.replacingOccurrences(of: "\"", with: "\\\""))\"; exit $?")
        #expect(outcome.status == 10, "\(outcome)")
        #expect(try host.output(of: "pgrep -x sleep || echo none", as: "root") == "none")
        #expect(try host.records().contains { $0.contains("\"timed_out\"") })
    }

    @Test("A file that others could change, or that changes its user itself, is not run whatever the policy says")
    func unfit() throws {
        let host = try GuardedHost(rules: [
            Self.allow("/run/bin/owned"), Self.allow("/run/bin/writable"), Self.allow("/run/bin/setuid"),
            Self.allow("/run/open/program"),
            Self.allow("/run/bin/script"),
        ])
        let make = """
            mkdir -p /run/bin /run/open; chmod 777 /run/open
            for name in bin/owned bin/writable bin/setuid open/program; do cp /usr/bin/id /run/$name; done
            chown ada /run/bin/owned; chmod 775 /run/bin/writable; chmod 4755 /run/bin/setuid
            printf '#!/run/open/program\\n' > /run/bin/script; chmod 755 /run/bin/script
            """
        #expect(try host.output(of: make, as: "root") == "")
        for name in ["bin/owned", "bin/writable", "bin/setuid", "open/program", "bin/script"] {
            let outcome = try host.run("bailey run -- /run/\(name); exit $?")
            #expect(outcome.status == 8 && outcome.output.isEmpty, "\(name): \(outcome)")
        }
    }

    @Test("Who may not enter a directory is told neither what is in it nor where its links lead")
    func hiddenPrograms() throws {
        let host = try GuardedHost(rules: [Self.allow("/usr/bin/id", "[-u]")])
        _ = try host.run(
            "mkdir -m 700 /run/closed; ln -s /usr/bin/du /run/closed/it; ln -s /run/closed/it /run/it", as: "root")
        let told = try ["/run/closed/it", "/run/closed/no", "/run/it"].map { path in
            let outcome = try host.run("bailey run -- \(path); exit $?")
            #expect(outcome.status == 3)
            return outcome.errors.replacing(path, with: "PATH")
        }
        #expect(Set(told).count == 1 && !told[0].contains("/usr/bin/du"), "\(told)")
        #expect(try host.run("bailey run -- /run/it; exit $?", as: "root").errors.contains("/usr/bin/du"))
    }

    @Test("A missing, broken, or foreign policy denies everything and says why")
    func policies() throws {
        let host = try GuardedHost(rules: [Self.allow("/usr/bin/id", "[-u]")])
        #expect(try host.output(of: "bailey-sudo id -u") == "0")
        let damages = [
            "rm /etc/bailey/command-policy.yaml", "echo 'rules: [' > /etc/bailey/command-policy.yaml",
            "chown ada /etc/bailey/command-policy.yaml",
            "chmod 666 /etc/bailey/command-policy.yaml", "chmod 777 /etc/bailey",
            "echo nonsense: 1 > /etc/bailey/prompt-policy.yaml",
        ]
        let good = try host.output(of: "cat /etc/bailey/command-policy.yaml", as: "root")
        for damage in damages {
            #expect(try host.output(of: damage, as: "root") == "")
            let outcome = try host.run("bailey run -- id -u; exit $?")
            #expect(
                outcome.status == 7 && outcome.output.isEmpty && outcome.errors.contains("policy"),
                "\(damage): \(outcome)")
            _ = try host.run("chmod 755 /etc/bailey; rm -f /etc/bailey/*", as: "root")
            try host.write("/etc/bailey/command-policy.yaml", good + "\n")
            #expect(try host.output(of: "bailey-sudo id -u") == "0", "after \(damage) was mended")
        }
        let events = try host.records().filter { $0.contains("\"policy_refused\"") }
        #expect(events.count >= damages.count, "\(events)")
    }
}
