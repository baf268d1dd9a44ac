import Foundation
import TestSupport
import Testing

/// Whether an account may be used now, by PAM's own modules: asked before every command, also where its rule asks nobody for anything.
@Suite(.enabled(if: FileSystemUser.isRoot, "namespaces and users need root"), .patience)
struct GuardedAccountTests {
    private static let free =
        "{ id: free, effect: allow, command: [/usr/bin/id, /usr/bin/true], arguments: [...], from: any, approval: none }"
    private static let proof = "auth required pam_unix.so nodelay\n"
    /// As pam_exec(8) says it, which cannot tell why.
    private static let why = "whether the account ada may be used cannot be told: PAM: System error"
    /// Says no while `/run/module/refusing` is there, of which the broker knows nothing, and notes each time it is asked.
    private static let counting = proof + "account required pam_exec.so quiet /run/module/count\n"

    private func host(
        _ account: String, seconds: Int? = nil, rules: [String] = [free]
    ) throws -> GuardedHost {
        let host = try GuardedHost(
            settings: GuardedHost.settings + (seconds.map { "\naccount_check_seconds: \($0)" } ?? ""), rules: rules)
        let script = #"""
            mkdir -m 755 /run/module; printf '#!/bin/sh\necho $PAM_TYPE $PAM_USER >> /run/module/asked\n! test -e /run/module/refusing\n' > /run/module/count
            chmod 755 /run/module/count; : > /run/module/asked
            """#
        #expect(try host.output(of: script, as: "root") == "")
        try host.write("/etc/pam.d/bailey", account)
        return host
    }

    private func expectRefusal(
        _ host: GuardedHost, _ why: String, as user: String = "ada", location: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try host.run("bailey-sudo id -u", as: user)
        #expect(
            outcome.status == 1 && outcome.output.isEmpty && outcome.errors.contains(why), "\(outcome)",
            sourceLocation: location)
        #expect(try host.run("bailey run -- id -u", as: user).status == 3, sourceLocation: location)
        #expect(
            try host.records().contains { $0.contains("\"denied\"") && $0.contains("account \(user)") },
            sourceLocation: location)
    }

    @Test(
        "Whom pam_access, pam_time or a list refuses runs nothing by a rule without approval, from the next command on and as long as that holds",
        arguments: [
            ("pam_access.so", "/etc/security/access.conf", "-:ada:ALL"),
            ("pam_time.so", "/etc/security/time.conf", "bailey;*;ada;!Al0000-2400"),
            (
                "pam_listfile.so item=user sense=deny onerr=fail file=/etc/security/locked", "/etc/security/locked",
                "ada"
            ),
        ])
    func refused(module: String, file: String, line: String) throws {
        let host = try host(Self.proof + "account required \(module)\n", seconds: 300)
        try host.write(file, "# nobody\n")
        // Kept for five minutes, and yet it ends when the file does change.
        for _ in 1...2 { #expect(try host.output(of: "bailey-sudo id -u") == "0") }
        try host.write(file, "\(line)\n")
        try expectRefusal(host, "PAM does not let the account ada be used now")
        #expect(try host.output(of: "bailey-sudo id -u", as: "bob") == "0")
        try host.write(file, "# nobody\n")
        #expect(try host.output(of: "bailey-sudo id -u") == "0")
    }

    @Test("While pam_nologin keeps people out nobody but root runs anything, and is told what the file says")
    func nologin() throws {
        let host = try host(
            Self.proof + "account required pam_nologin.so\naccount required pam_unix.so\n", seconds: 300)
        #expect(try host.output(of: "bailey-sudo id -u") == "0")
        try host.write("/etc/nologin", "Down for repair.\n")
        try expectRefusal(host, "Down for repair.")
        #expect(try host.output(of: "bailey-sudo id -u", as: "root") == "0")
        _ = try host.run("rm /etc/nologin", as: "root")
        #expect(try host.output(of: "bailey-sudo id -u") == "0")
    }

    @Test(
        "A service without lines for accounts, one that is missing and a module that is missing refuse, and say what to do"
    )
    func missing() throws {
        let host = try host(Self.proof)
        try expectRefusal(host, "have root look at the account lines of /etc/pam.d/bailey (of /etc/pam.d/other")
        _ = try host.run("rm /etc/pam.d/other", as: "root")
        try expectRefusal(host, "PAM does not let the account ada be used now")
        _ = try host.run("rm /etc/pam.d/bailey", as: "root")
        try expectRefusal(host, "there is no /etc/pam.d/bailey")
        try host.write("/etc/pam.d/bailey", "account required pam_no_such_module.so\n")
        try expectRefusal(host, "cannot be told: PAM: Module is unknown")
        try host.write("/etc/pam.d/bailey", "account required pam_unix.so\n")
        #expect(try host.output(of: "bailey-sudo id -u") == "0")
    }

    @Test("Nothing is done for a user that has no account here")
    func noAccount() throws {
        let host = try GuardedHost(rules: [Self.free])
        let outcome = try host.run(
            "setpriv --reuid 700001 --regid 700001 --clear-groups bailey-sudo id -u; exit $?", as: "root")
        #expect(outcome.status == 1 && outcome.errors.contains("is no account of this host"), "\(outcome)")
    }

    @Test(
        "A password that has to be changed keeps nobody from what no password is asked for, and nobody proves anything by it"
    )
    func passwordToBeChanged() throws {
        let host = try host(
            Self.proof + "account required pam_unix.so\n",
            rules: [Self.free, GuardedApprovalTests.rule("/usr/bin/whoami", "confirm")])
        _ = try host.run("chage --lastday 0 ada", as: "root")
        #expect(try host.output(of: "bailey-sudo id -u") == "0")
        let session = try host.terminal("bailey run -- whoami; echo status=$?")
        try session.read(until: "password for ada: ")
        try session.type("secret\n")
        let shown = try session.readToEnd()
        #expect(shown.contains("status=4") && shown.contains("the account cannot be used"), "\(shown)")
    }
}

// MARK: The kept answer
extension GuardedAccountTests {
    /// How often the modules were asked.
    private func count(_ host: GuardedHost) throws -> Int {
        try #require(Int(try host.output(of: "grep -c '^account ada$' /run/module/asked; true", as: "root")))
    }

    /// Runs commands until one of them had nobody asked: nothing that is watched was changed a moment ago any more.
    private func settle(_ host: GuardedHost) throws {
        let script = """
            until before=$(wc -l < /run/module/asked); bailey-sudo true || exit; [ $(wc -l < /run/module/asked) = $before ]; do :; done
            """
        #expect(try host.run(script).status == 0)
    }

    @Test(
        "Commands in a row ask once; a file of PAM's that changes, the policy and SIGHUP end that, and a refusal is never kept"
    )
    func kept() throws {
        let host = try host(Self.counting, seconds: 300)
        try settle(host)
        let asked = try count(host)
        for _ in 1...5 { #expect(try host.run("bailey-sudo true").status == 0) }
        #expect(try count(host) == asked)
        let policy = GuardedHost.policy(GuardedHost.settings + "\naccount_check_seconds: 299", [Self.free])
        let changes = [
            "touch /etc/pam.d/other", "echo >> /etc/security/access.conf", "touch /etc/security/more.conf",
            "rm /etc/security/more.conf", "touch /etc/shadow", "touch /etc/nologin; rm /etc/nologin",
            "kill -HUP $(cat /run/broker.pid)",
            "printf '%s' '\(policy)' > /etc/bailey/new; mv /etc/bailey/new /etc/bailey/command-policy.yaml",
        ]
        for change in changes {
            try settle(host)
            _ = try host.run("touch /run/module/refusing", as: "root")
            #expect(try host.run("bailey-sudo true").status == 0, "before \(change)")
            #expect(try host.run(change, as: "root").status == 0)
            // The signal is taken by another thread than the one that answers.
            let refused = "until ! bailey-sudo true 2> /run/home/ada/why; do :; done; cat /run/home/ada/why"
            #expect(try host.output(of: refused).contains(Self.why), "\(change)")
            _ = try host.run("rm /run/module/refusing", as: "root")
            #expect(try host.run("bailey-sudo true").status == 0, "after \(change) a refusal is not kept")
        }
    }

    @Test("What no file tells counts once the time is over")
    func ends() throws {
        let host = try host(Self.counting, seconds: 1)
        try settle(host)
        #expect(try host.run("touch /run/module/refusing", as: "root").status == 0)
        let outcome = try host.run("while bailey-sudo true; do :; done")
        #expect(outcome.errors.contains(Self.why), "\(outcome)")
    }

    @Test(
        "Under account_check_seconds: 0 the modules are asked before each command, and for each terminal under any other"
    )
    func eachTime() throws {
        let host = try host(Self.counting, seconds: 0)
        let before = try count(host)
        for _ in 1...3 { #expect(try host.run("bailey-sudo true").status == 0) }
        #expect(try count(host) == before + 3)
        #expect(try host.run("touch /run/module/refusing", as: "root").status == 0)
        try expectRefusal(host, Self.why)
        let other = try self.host(Self.counting, seconds: 300)
        try settle(other)
        let asked = try count(other)
        #expect(try other.terminal("bailey-sudo true; echo status=$?").readToEnd().contains("status=0"))
        #expect(try count(other) == asked + 1)
    }

    @Test("Fifty that ask at once have the modules asked once")
    func atOnce() throws {
        let host = try host(Self.counting + "account required pam_exec.so quiet /run/module/slow\n", seconds: 300)
        let script = #"""
            printf '#!/bin/sh\nuntil [ -e /run/module/go ]; do sleep 0.01; done\n' > /run/module/slow; chmod 755 /run/module/slow
            touch /run/module/go
            """#
        _ = try host.run(script, as: "root")
        try settle(host)
        _ = try host.run("rm /run/module/go", as: "root")
        let before = try count(host)
        // Of this terminal nothing is known yet.
        let clients = try host.terminal(
            #"for n in $(seq 50); do bailey-sudo true & all="$all $!"; done; failed=0; for one in $all; do wait $one || failed=1; done; echo failed=$failed"#
        )
        let waiting =
            "until [ $(ls /proc/$(cat /run/broker.pid)/task | wc -l) -gt 50 ]; do :; done; touch /run/module/go"
        _ = try host.run(waiting, as: "root")
        #expect(try clients.readToEnd().contains("failed=0"))
        #expect(try count(host) == before + 1)
    }
}

// MARK: Approvers, and who waits
extension GuardedAccountTests {
    @Test(
        "An approver whose account may not be used approves nothing, whatever it proves; a requester's that was locked meanwhile runs nothing"
    )
    func approval() throws {
        let host = try host(
            Self.proof + "account required pam_access.so\n", seconds: 300,
            rules: [GuardedApprovalTests.rule("/usr/bin/id", "peer")])
        let requester = try host.terminal("bailey run -- id -u; echo status=$?")
        let id = try GuardedApprovalTests.id(
            in: try requester.read(until: "bailey approve") + "bailey approve" + requester.read(until: "\n"))
        let digest = try GuardedApprovalTests.digest(on: host, as: "bob")
        try host.write("/etc/security/access.conf", "-:bob ada:ALL\n")
        let refused = try host.terminal("bailey approve \(id) --yes --digest \(digest); echo status=$?", as: "bob")
        let shown = try refused.readToEnd()
        #expect(
            shown.contains("status=3") && shown.contains("the account bob be used") && !shown.contains("password"),
            "\(shown)")
        #expect(
            try host.records().contains { $0.contains("\"denied\"") && $0.contains("account bob") && $0.contains(id) })
        let approver = try host.terminal("bailey approve \(id) --yes --digest \(digest); echo status=$?", as: "eve")
        try approver.read(until: "password for eve: ")
        try approver.type("secret\n")
        try approver.read(until: "status=0")
        let ending = try requester.readToEnd()
        #expect(ending.contains("status=3") && ending.contains("the account ada be used"), "\(ending)")
        #expect(try !host.records().contains { $0.contains("\"event\":\"start\"") })
    }
}
