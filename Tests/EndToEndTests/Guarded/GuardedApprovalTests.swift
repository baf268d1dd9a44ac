import Foundation
import TestSupport
import Testing

/// Who allows what: people at real terminals, proven by real PAM, in namespaces of the test's own.
@Suite(.enabled(if: FileSystemUser.isRoot, "namespaces and users need root"), .patience)
struct GuardedApprovalTests {
    static func rule(_ command: String, _ approval: String, _ more: String = "") -> String {
        let id = command.split(separator: "/").last ?? "rule"
        return
            "{ id: \(id), effect: allow, command: \(command), arguments: [...], from: any, approval: \(approval)\(more.isEmpty ? "" : ", " + more) }"
    }

    /// The digest of the one request that waits, as this user sees it.
    static func digest(on host: GuardedHost, as user: String) throws -> String {
        try host.output(of: #"bailey requests --json | grep -o '[0-9a-f]\{64\}' | head -n 1"#, as: user)
    }

    /// The id of the request that a client says it waits for.
    static func id(in text: String) throws -> String {
        let match = try #require(try Regex("bailey approve ([0-9a-f]{12})").firstMatch(in: text), "\(text)")
        return String(try #require(match.output[1].substring))
    }

    @Test(
        "confirm takes the requester's own password at its own terminal, with echo off; a wrong one is asked for again")
    func confirm() throws {
        let host = try GuardedHost(rules: [Self.rule("/usr/bin/id", "confirm")])
        let session = try host.terminal("bailey-sudo id -u; echo status=$?")
        try session.read(until: "password for ada: ")
        try session.type("wrong\n")
        try session.read(until: "password for ada: ")
        try session.type("secret\n")
        let shown = try session.read(until: "status=0")
        #expect(shown.contains("0\r\n") && !shown.contains("secret"), "\(shown)")
    }

    @Test("confirm is refused without a terminal, to an agent, with -n, and after three wrong passwords")
    func confirmRefused() throws {
        let host = try GuardedHost(rules: [Self.rule("/usr/bin/id", "confirm")])
        #expect(try host.run("echo secret | bailey run -- id; exit $?").status == 4)
        #expect(try host.run("echo secret | bailey-sudo -S id").status == 1)
        let agent = try host.terminal("bailey run -- id; echo status=$?", as: "claude").readToEnd()
        #expect(agent.contains("status=4") && agent.contains("agent"), "\(agent)")
        #expect(try host.terminal("bailey-sudo -n id; echo status=$?").readToEnd().contains("status=1"))
        let session = try host.terminal("bailey run -- id; echo status=$?")
        for _ in 1...3 {
            try session.read(until: "password for ada: ")
            try session.type("wrong\n")
        }
        #expect(try session.readToEnd().contains("status=4"))
        #expect(try host.records().contains { $0.contains("\"proof_failed\"") })
    }

    @Test("Five wrong answers lock the account out for a while, whatever connection they come over")
    func lockout() throws {
        let host = try GuardedHost(
            settings: GuardedHost.settings + "\nlockout: { attempts: 2, window_seconds: 300, lock_seconds: 60 }",
            rules: [Self.rule("/usr/bin/id", "confirm")])
        let session = try host.terminal("bailey run -- id; echo status=$?")
        for _ in 1...2 {
            try session.read(until: "password for ada: ")
            try session.type("wrong\n")
        }
        #expect(try session.readToEnd().contains("status=4"))
        let again = try host.terminal("bailey run -- id; echo status=$?")
        try again.read(until: "password for ada: ")
        try again.type("secret\n")
        let shown = try again.readToEnd()
        #expect(shown.contains("status=4") && shown.contains("try again in"), "\(shown)")
    }

    @Test("An agent's request runs once a second person has read it and proven who it is; both are on record")
    func peer() throws {
        let host = try GuardedHost(rules: [Self.rule("/usr/bin/id", "peer")])
        let agent = try host.terminal("bailey run --reason 'the disk is full' -- id -un; echo status=$?", as: "claude")
        let id = try Self.id(
            in: try agent.read(until: "\n") + agent.read(until: "bailey approve") + "bailey approve"
                + agent.read(until: "\n"))
        let listing = try host.output(of: "bailey requests", as: "bob")
        #expect(listing.contains(id) && listing.contains("claude"), "\(listing)")
        let approver = try host.terminal("bailey approve \(id); echo status=$?", as: "bob")
        let read = try approver.read(until: "? ")
        for part in ["id -un", "root", "claude", "the disk is full", "/usr/bin/id"] {
            #expect(read.contains(part), "\(part) in \(read)")
        }
        try approver.type("yes\n")
        try approver.read(until: "password for bob: ")
        try approver.type("secret\n")
        #expect(try approver.readToEnd().contains("status=0"))
        let rest = try agent.readToEnd()
        #expect(rest.contains("root\r\n") && rest.contains("status=0"), "\(rest)")
        let records = try host.records()
        #expect(records.contains { $0.contains("\"approval_granted\"") && $0.contains("bob(4002)") && $0.contains(id) })
        #expect(records.contains { $0.contains("\"start\"") && $0.contains("peer by bob(4002)") })
        #expect(try host.verifyLog().status == 0)
    }

    @Test(
        "Nobody approves what is not his to approve: the requester, an agent, a stranger, root, or who saw another digest"
    )
    func notApprovers() throws {
        let host = try GuardedHost(rules: [Self.rule("/usr/bin/id", "peer")])
        let requester = try host.terminal("bailey run -- id -un; echo status=$?", as: "bob")
        let id = try Self.id(
            in: try requester.read(until: "bailey approve") + "bailey approve" + requester.read(until: "\n"))
        let digest = try Self.digest(on: host, as: "eve")
        #expect(digest.count == 64)
        for user in ["bob", "claude", "ada", "root"] {
            let session = try host.terminal("bailey approve \(id) --yes --digest \(digest); echo status=$?", as: user)
            let shown = try session.readToEnd()
            #expect(!shown.contains("status=0") && !shown.contains("password"), "\(user): \(shown)")
        }
        for user in ["bob", "root"] {
            let session = try host.terminal("bailey approve \(id); echo status=$?", as: user)
            let shown = try session.readToEnd()
            #expect(shown.contains("status=3") && !shown.contains("Type yes"), "\(user): \(shown)")
        }
        let wrong = String(repeating: "0", count: 64)
        #expect(try host.run("bailey approve \(id) --yes --digest \(wrong)", as: "eve").status != 0)
        #expect(try host.output(of: "bailey deny \(id) --reason 'not now'; echo $?", as: "eve").hasSuffix("0"))
        let rest = try requester.readToEnd()
        #expect(rest.contains("status=1") && rest.contains("not now") && rest.contains("eve"), "\(rest)")
    }

    /// A rule by which anybody gets a shell, as each of these users.
    private static func shell(as users: String) -> String {
        "{ id: sh, effect: allow, command: /usr/bin/bash, arguments: [...], from: any, approval: none, unrestricted: true, run_as: { user: [\(users)] } }"
    }

    @Test("A command that runs by way of the broker approves nothing, and neither does what it leaves behind")
    func descendant() throws {
        let host = try GuardedHost(
            settings: "schema: 1\napprovers: { group: approvers, allow_root: true, proof: false }",
            rules: [
                Self.rule("/usr/bin/id", "peer"),
                Self.shell(as: "root, bob"),
            ])
        let waiting = try host.terminal("bailey run -- id -un; echo status=$?", as: "ada")
        let id = try Self.id(
            in: try waiting.read(until: "bailey approve") + "bailey approve" + waiting.read(until: "\n"))
        let approve = "$(command -v bailey) approve \(id) --yes --digest \(try Self.digest(on: host, as: "ada"))"
        for user in ["root", "bob"] {
            let script = "bailey-sudo -u \(user) bash -c \"\(approve)\"; echo status=$?"
            let shown = try host.terminal(script, as: "claude").readToEnd()
            let isRefused = shown.contains("agent") || shown.contains("no such request")
            #expect(isRefused && !shown.contains("status=0"), "\(user): \(shown)")
        }
        // Left behind at a terminal of its own, it asks only once the command that started it has ended.
        let orphan = """
            setsid -f script -qc 'until [ -e /run/go ]; do :; done; \(approve) >/run/home/bob/said 2>&1; echo said > /run/home/bob/end' /dev/null \
                </dev/null >/dev/null 2>&1
            """
        try host.write("/run/orphan", orphan.replacingOccurrences(of: "$(command -v bailey)", with: "BAILEY"))
        _ = try host.run("sed -i \"s,BAILEY,$(command -v bailey),\" /run/orphan", as: "root")
        #expect(try host.run("bailey-sudo -u bob bash /run/orphan", as: "claude").status == 0)
        let said = try host.output(
            of: "touch /run/go; until [ -e /run/home/bob/end ]; do :; done; cat /run/home/bob/said", as: "root")
        #expect(said.contains("agent") || said.contains("no such request"), "\(said)")
        // Bob himself may, the same way.
        #expect(try host.terminal("\(approve); echo status=$?", as: "bob").readToEnd().contains("status=0"))
        #expect(try waiting.readToEnd().contains("status=0"))
    }

    /// Starts the broker from a directory of its own, where its programs can be replaced.
    private func startBroker(from directory: String, on host: GuardedHost) throws {
        try host.stopBroker()
        let started = try host.run(
            """
            mkdir -p \(directory)
            for program in bailey-broker bailey-spawner; do
                cp $(which $program) \(directory)/new && mv \(directory)/new \(directory)/$program
            done
            rm /run/broker.log
            \(directory)/bailey-broker > /run/broker.log 2>&1 &
            echo $! > /run/broker.pid
            until grep -qs ready /run/broker.log; do kill -0 $! || { cat /run/broker.log; exit 1; }; done
            """, as: "root")
        #expect(started.status == 0, "\(started)")
    }

    @Test("What a command left behind approves nothing either once the broker was replaced by another and started anew")
    func descendantOfEarlierBroker() throws {
        let host = try GuardedHost(
            settings: "schema: 1\napprovers: { group: approvers, proof: false }",
            rules: [
                Self.rule("/usr/bin/id", "peer"),
                Self.shell(as: "bob"),
            ])
        try startBroker(from: "/run/programs", on: host)
        try host.write(
            "/run/orphan",
            """
            setsid -f script -qc 'until [ -e /run/go ]; do :; done; bash /run/approve >/run/home/bob/said 2>&1; echo > /run/home/bob/end' \
                /dev/null </dev/null >/dev/null 2>&1
            """)
        #expect(try host.run("bailey-sudo -u bob bash /run/orphan", as: "claude").status == 0)
        try startBroker(from: "/run/programs", on: host)
        let waiting = try host.terminal("bailey run -- id -un; echo status=$?", as: "ada")
        let id = try Self.id(
            in: try waiting.read(until: "bailey approve") + "bailey approve" + waiting.read(until: "\n"))
        let approve = "bailey approve \(id) --yes --digest \(try Self.digest(on: host, as: "ada"))"
        let bailey = try host.output(of: "command -v bailey", as: "root")
        try host.write("/run/approve", approve.replacingOccurrences(of: "bailey ", with: "\(bailey) "))
        let said = try host.output(
            of: "touch /run/go; until [ -e /run/home/bob/end ]; do :; done; cat /run/home/bob/said", as: "root")
        #expect(said.contains("agent") || said.contains("no such request"), "\(said)")
        #expect(try host.terminal("\(approve); echo status=$?", as: "bob").readToEnd().contains("status=0"))
        #expect(try waiting.readToEnd().contains("status=0"))
    }

    @Test("self takes the same person from another terminal, proven; its own terminal and an agent's will not do")
    func ownOtherTerminal() throws {
        let host = try GuardedHost(rules: [Self.rule("/usr/bin/id", "self")])
        let requester = try host.terminal("bailey run -- id -un; echo status=$?")
        let id = try Self.id(
            in: try requester.read(until: "bailey approve") + "bailey approve" + requester.read(until: "\n"))
        let digest = try Self.digest(on: host, as: "ada")
        let without = try host.run("bailey approve \(id) --yes --digest \(digest); exit $?")
        #expect(without.status != 0 && without.errors.contains("terminal"), "\(without)")
        let other = try host.terminal("bailey approve \(id); echo status=$?")
        try other.read(until: "? ")
        try other.type("yes\n")
        try other.read(until: "password for ada: ")
        try other.type("secret\n")
        #expect(try other.readToEnd().contains("status=0"))
        #expect(try requester.readToEnd().contains("status=0"))
    }

    @Test("A request that nobody approves expires, and its approval comes too late")
    func expiry() throws {
        let host = try GuardedHost(
            settings: GuardedHost.settings + "\npending: { expire_seconds: 10, limit: 4 }",
            rules: [Self.rule("/usr/bin/id", "peer")])
        let requester = try host.terminal("bailey run -- id; echo status=$?")
        let id = try Self.id(
            in: try requester.read(until: "bailey approve") + "bailey approve" + requester.read(until: "\n"))
        #expect(try requester.readToEnd().contains("status=10"))
        #expect(try host.run("bailey approve \(id) --yes", as: "bob").status != 0)
        #expect(try host.records().contains { $0.contains("\"approval_expired\"") && $0.contains(id) })
    }

    @Test("Requests that wait are bounded: the oldest of the flooder's own is refused with a reason")
    func flood() throws {
        let host = try GuardedHost(
            settings: GuardedHost.settings + "\npending: { expire_seconds: 300, limit: 4 }",
            rules: [Self.rule("/usr/bin/id", "peer")])
        let first = try host.start("bailey run -- id one; echo status=$?", as: "ada")
        let flood = try host.start("for n in $(seq 60); do bailey run -- id $n & done; wait", as: "claude")
        let outcome = try host.run(
            "until [ $(bailey requests | grep -c claude) -ge 2 ]; do :; done; bailey requests | wc -l", as: "bob")
        #expect(outcome.status == 0)
        #expect(try host.output(of: "bailey requests", as: "bob").contains("ada"), "ada's own request still waits")
        // One that is refused makes room for the next, until nobody asks any more.
        let refuseAll = """
            while pgrep -u claude,ada -x bailey >/dev/null; do
                for id in $(bailey requests | grep -o '^[0-9a-f]\\{12\\}'); do bailey deny $id --reason no; done
            done
            """
        _ = try host.run(refuseAll, as: "bob")
        #expect(try first.finish().output.contains("status=1"))
        #expect(try flood.finish().errors.contains("too many requests wait"))
    }

    @Test("token takes the secret that root set, typed at the terminal; one in the environment is not looked at")
    func token() throws {
        let host = try GuardedHost(rules: [Self.rule("/usr/bin/id", "token")])
        #expect(
            try host.terminal("bailey run -- id; echo status=$?").readToEnd().contains("status=4"), "no token is set")
        let set = try host.run(
            "bailey token set --stdin", as: "root", input: "correct horse battery\n")
        #expect(set.status == 0, "\(set)")
        let session = try host.terminal("BAILEY_TOKEN='correct horse battery' bailey run -- id -u; echo status=$?")
        try session.read(until: "approval token: ")
        try session.type("correct horse battery\n")
        let shown = try session.readToEnd()
        #expect(shown.contains("status=0") && !shown.contains("horse"), "\(shown)")
        #expect(try !host.records().contains { $0.contains("horse") })
    }

    @Test("An approval kept in a session holds for the same command in that session, until it is dropped")
    func session() throws {
        let host = try GuardedHost(rules: [Self.rule("/usr/bin/id", "confirm")])
        let session = try host.terminal(
            """
            bailey run --session fix-1 --keep-session -- id -u; echo first=$?
            bailey run --session fix-1 -n -- id -u; echo again=$?
            bailey run --session fix-1 -n -- id -g; echo other=$?
            bailey run --session fix-2 -n -- id -u; echo elsewhere=$?
            bailey drop fix-1; bailey run --session fix-1 -n -- id -u; echo dropped=$?
            """)
        try session.read(until: "password for ada: ")
        try session.type("secret\n")
        let shown = try session.readToEnd()
        for part in ["first=0", "again=0", "other=4", "elsewhere=4", "dropped=4"] {
            #expect(shown.contains(part), "\(part) in \(shown)")
        }
        let records = try host.records()
        #expect(
            records.contains { $0.contains("\"session_kept\"") }
                && records.contains { $0.contains("\"session_dropped\"") })
    }

    @Test("What untrusted content prompted needs a peer as root, and its session stays marked")
    func untrusted() throws {
        let host = try GuardedHost(rules: [Self.rule("/usr/bin/id", "none")])
        #expect(try host.output(of: "bailey run --session s -- id -u") == "0")
        let report = try host.output(of: "bailey run --session s --untrusted --dry-run -- id -u")
        #expect(report.contains("peer"), "\(report)")
        let after = try host.output(of: "bailey run --session s --dry-run -- id -u")
        #expect(after.contains("peer"), "\(after)")
        #expect(try host.output(of: "BAILEY_UNTRUSTED_SOURCE=1 bailey run --dry-run --json -- id -u").contains("peer"))
        #expect(try host.output(of: "bailey drop s; bailey run --session s --dry-run -- id -u").contains("peer"))
        #expect(try host.output(of: "bailey run --session t -- id -u") == "0", "another session is not marked")
    }

    @Test("A session that is required and missing, and a reason that is required and missing, are said by code")
    func requirements() throws {
        let host = try GuardedHost(
            settings: GuardedHost.settings + "\nrequire_session: true",
            rules: [Self.rule("/usr/bin/id", "none", "reason_required: true")])
        #expect(try host.run("bailey run -- id; exit $?").status == 6)
        #expect(try host.run("bailey run --session s -- id; exit $?").status == 3)
        #expect(try host.output(of: "BAILEY_SESSION_ID=s BAILEY_REASON=because bailey-sudo id -u") == "0")
        let asked = try host.terminal("bailey-sudo --session s id -u; echo status=$?")
        try asked.read(until: "why is this needed? ")
        try asked.type("to see\n")
        #expect(try asked.readToEnd().contains("status=0"))
        #expect(try host.records().contains { $0.contains("\"reason\":\"because\"") })
    }

    @Test("A policy that changes while a request waits decides again: what it no longer allows does not run")
    func policyChange() throws {
        let host = try GuardedHost(rules: [Self.rule("/usr/bin/id", "peer")])
        let requester = try host.terminal("bailey run -- id; echo status=$?")
        let id = try Self.id(
            in: try requester.read(until: "bailey approve") + "bailey approve" + requester.read(until: "\n"))
        try host.write(
            "/etc/bailey/command-policy.yaml",
            GuardedHost.policy(GuardedHost.settings, [Self.rule("/usr/bin/true", "none")]))
        _ = try host.terminal("bailey approve \(id); echo status=$?", as: "bob").typing([
            ("? ", "yes\n"), ("password for bob: ", "secret\n"),
        ])
        let rest = try requester.readToEnd()
        #expect(!rest.contains("status=0") && rest.contains("polic"), "\(rest)")
    }

    @Test("A request that is approved when the time of its rule is over does not run")
    func timeOver() throws {
        let time = "time: { hours: ['00:00-12:00'], time_zone: Etc/Test }"
        let host = try GuardedHost(rules: [
            "{ id: mornings, effect: allow, command: /usr/bin/id, arguments: [...], from: any, approval: peer, \(time) }"
        ])
        // In one of two places that are twelve hours apart it is morning.
        let morning = """
            zones=/usr/share/zoneinfo/Etc
            cp -L $zones/UTC /run/UTC; cp -L $zones/GMT-12 /run/GMT-12
            now=UTC later=GMT-12; [ $(date -u +%-H) -lt 12 ] || now=GMT-12 later=UTC
            mount -t tmpfs -o mode=755 tmpfs $zones; cp /run/$now $zones/Test; mv /run/$later /run/later
            kill -HUP $(cat /run/broker.pid)
            """
        #expect(try host.output(of: morning, as: "root") == "")
        let requester = try host.terminal("bailey run -- id; echo status=$?")
        let id = try Self.id(
            in: try requester.read(until: "bailey approve") + "bailey approve" + requester.read(until: "\n"))
        let evening = "cp /run/later /usr/share/zoneinfo/Etc/Test; kill -HUP $(cat /run/broker.pid)"
        #expect(try host.output(of: evening, as: "root") == "")
        let approver = try host.terminal("bailey approve \(id); echo status=$?", as: "bob").typing([
            ("? ", "yes\n"), ("password for bob: ", "secret\n"),
        ])
        #expect(approver.contains("status=0"), "\(approver)")
        let rest = try requester.readToEnd()
        #expect(rest.contains("status=3") && rest.contains("its rule holds no more"), "\(rest)")
    }
}

extension TerminalSession {
    /// Answers each text that is shown; returns the rest to the end. What ends before is no failure here.
    func typing(_ answers: [(String, String)]) throws -> String {
        for (text, answer) in answers {
            guard (try? read(until: text)) != nil else { break }
            try type(answer)
        }
        return try readToEnd()
    }
}
