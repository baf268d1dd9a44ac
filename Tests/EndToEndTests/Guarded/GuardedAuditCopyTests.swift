import TestSupport
import Testing

/// The copy of the audit log that goes to `/dev/log`, where a socket of the test's own listens.
@Suite(.enabled(if: FileSystemUser.isRoot, "namespaces and users need root"), .patience)
struct GuardedAuditCopyTests {
    private static let rule = GuardedCommandTests.allow("/usr/bin/id")
    private static let copying = GuardedHost.settings + "\naudit: { syslog: true }"

    /// A `/dev` that only this host sees, without a log; the programs that play one; what they got.
    private static let makeDevices = """
        set -e
        mkdir -m 755 /run/dev /run/syslog; mount -t tmpfs -o mode=755 tmpfs /run/dev
        for name in null zero full random urandom tty; do touch /run/dev/$name; mount --bind /dev/$name /run/dev/$name; done
        mkdir /run/dev/pts /run/dev/shm; mount --bind /dev/pts /run/dev/pts; ln -s pts/ptmx /run/dev/ptmx
        ln -s /proc/self/fd /run/dev/fd
        mount --move /run/dev /dev
        cat > /run/listen.py <<'END'
        import os, socket, sys
        name, takes = sys.argv[1], sys.argv[2] == 'takes'
        log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        if os.path.lexists('/dev/log'): os.unlink('/dev/log')
        log.bind('/dev/log'); os.chmod('/dev/log', 0o666)
        got = open(f'/run/syslog/{name}', 'ab', buffering=0)
        open(f'/run/syslog/{name}.ready', 'w').close()
        while not takes: sys.stdin.readline() or sys.exit()
        while True: got.write(log.recv(1 << 16) + b'\\n')
        END
        """

    private func host(settings: String) throws -> GuardedHost {
        let host = try GuardedHost(settings: settings, rules: [Self.rule])
        #expect(try host.output(of: Self.makeDevices, as: "root") == "")
        return host
    }

    /// Something listens from now on until the host goes.
    private func listen(_ host: GuardedHost, _ name: String, _ manner: String = "takes") throws {
        let script = """
            mkfifo /run/syslog/\(name).end; exec 9<>/run/syslog/\(name).end
            python3 /run/listen.py \(name) \(manner) <&9 >/run/syslog/\(name).log 2>&1 & echo $! > /run/syslog/\(name).pid
            until [ -e /run/syslog/\(name).ready ]; do kill -0 $! || { cat /run/syslog/\(name).log; exit 1; }; done
            """
        #expect(try host.output(of: script, as: "root") == "")
    }

    /// What a listener has got once the record of that number is among it, a datagram each.
    private func copies(_ host: GuardedHost, _ name: String, upTo sequence: Int) throws -> [String] {
        let wait = """
            for n in $(seq 2000); do if grep -q '"sequence":\(sequence),' /run/syslog/\(name); then break; fi; done
            cat /run/syslog/\(name)
            """
        return try host.output(of: wait, as: "root").split(separator: "\n").map(String.init)
    }

    private func runs(_ host: GuardedHost, _ count: Int = 1) throws {
        let script = "for n in $(seq \(count)); do bailey-sudo id -u || exit; done | sort | uniq -c"
        #expect(try host.output(of: script).split(separator: " ") == ["\(count)", "0"])
    }

    @Test(
        "Where the policy says so each record is copied to the system's log as it stands, from the broker's start on, and no longer"
    )
    func copied() throws {
        let host = try host(settings: GuardedHost.settings)
        try listen(host, "log")
        try runs(host)
        #expect(try host.output(of: "cat /run/syslog/log", as: "root") == "")
        try host.write("/etc/bailey/command-policy.yaml", GuardedHost.policy(Self.copying, [Self.rule]))
        let before = try host.records().count
        try runs(host)
        try host.stopBroker()
        try host.startBroker()
        try runs(host)
        let records = try host.records()
        let copies = try copies(host, "log", upTo: records.count)
        // From the record of the policy that wants it on.
        let expected = records.dropFirst(before)
        #expect(expected.first?.contains("policy_loaded") == true)
        #expect(
            ["start", "finish", "broker_stop", "broker_start"].allSatisfy { event in
                expected.contains { $0.contains("\"event\":\"\(event)\"") }
            })
        #expect(copies.count == expected.count)
        for (copy, record) in zip(copies, expected) {
            #expect(
                copy.hasPrefix("<86>1 2") && copy.contains(" bailey-broker ") && copy.hasSuffix("] \(record)"),
                "\(copy)")
        }
        try host.write("/etc/bailey/command-policy.yaml", GuardedHost.policy(GuardedHost.settings, [Self.rule]))
        try runs(host)
        let last = try #require(try self.copies(host, "log", upTo: records.count + 1).last)
        #expect(last.contains("policy_loaded"), "that it ends is the last that is copied: \(last)")
        try runs(host)
        #expect(try self.copies(host, "log", upTo: records.count + 1).last == last)
    }

    @Test(
        "A log that is not there, no socket, full, or stopped holds up no command and loses no record; a new one is found"
    )
    func withoutLog() throws {
        let host = try host(settings: Self.copying)
        try runs(host, 3)
        _ = try host.run("echo something > /dev/log", as: "root")
        try runs(host, 3)
        // Its queue takes a few (net.unix.max_dgram_qlen), and nobody reads them.
        try listen(host, "full", "takes-nothing")
        try runs(host, 40)
        try listen(host, "stopped")
        _ = try host.run("kill -STOP $(cat /run/syslog/stopped.pid)", as: "root")
        try runs(host, 40)
        let before = try host.records().count
        try listen(host, "new")
        try runs(host)
        let copies = try copies(host, "new", upTo: before + 3)
        #expect(copies.count == 3, "request, start and finish: \(copies)")
        let starts = try host.records().filter { $0.contains("\"event\":\"start\"") }
        #expect(starts.count == 87)
        #expect(try host.verifyLog().status == 0)
        try host.stopBroker()
        let stop = try #require(try host.records().last)
        let missed = try #require(try Regex("\"copies_missed\":([0-9]+)").firstMatch(in: stop)?.output[1].substring)
        #expect(try #require(Int(missed)) > 200, "\(stop)")
    }
}
