import FoundationEssentials
import HostModel
import Policies
import Testing

@Suite struct EgressPolicyTests {
    private func decide(
        _ policy: EgressPolicy, _ host: Host, _ socket: Socket, names: ResolvedNames = ResolvedNames()
    ) -> (EgressDecision, String?) {
        let decision = EgressDecider(policy: policy, table: host.table, names: names, now: noon).decide(socket)
        return (decision, decision.rule.map { policy.rules[$0].header.id })
    }

    private func name(_ text: String) throws -> HostName { try #require(HostName(text)) }
    private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    @Test("Every key of an egress rule is read")
    func everyKey() throws {
        let rule = try egressPolicy(
            "{id: x, destination: [10.0.0.0/8, 'fd00::1', API.Example.com., '*.example.org', loopback, private, any], port: [443, 8000-8010], protocol: tcp, process: curl, user: 0, cgroup: '/user.slice/*', unit: backup.service, reason: why, owner: me, expires: 2026-12-31, comment: c, review: pending}"
        ).rules[0]
        #expect(
            rule.destinations.map(\.description) == [
                "10.0.0.0/8", "fd00::1", "api.example.com", "*.example.org", "loopback", "private", "any",
            ])
        #expect(rule.ports?.description == "443,8000-8010" && rule.transport == .tcp && rule.process == .name("curl"))
        #expect(rule.user == .id(.root) && rule.cgroup?.description == "/user.slice/*" && rule.unit == "backup.service")
        #expect(rule.header.review == .pending)
    }

    @Test(
        "A destination is covered by what a rule names",
        arguments: [
            ("any", "8.8.8.8", true), ("8.8.8.8", "8.8.8.8", true), ("8.8.8.8", "8.8.8.9", false),
            ("8.8.8.8", "::ffff:8.8.8.8", true), ("'::ffff:8.8.8.8'", "8.8.8.8", true), ("8.8.8.0/24", "8.8.8.9", true),
            ("8.8.8.0/24", "::ffff:8.8.8.9", true), ("8.8.8.0/24", "8.8.9.1", false),
            ("'2001:db8::/32'", "2001:db8::1", true),
            ("'2001:db8::/32'", "2001:db9::1", false), ("'::/0'", "8.8.8.8", false),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("loopback", "127.0.0.5", true), ("loopback", "::1", true), ("loopback", "10.0.0.1", false),
            ("private", "10.0.0.1", true), ("private", "8.8.8.8", false), ("private", "127.0.0.1", false),
            ("[1.1.1.1, 8.8.8.0/24]", "8.8.8.8", true),
        ])
    func destinations(written: String, remote: String, isCovered: Bool) throws {
        var host = Host()
        let socket = try host.add(.tcp, remote.contains(":") ? "::1" : "10.0.0.2", 40000, to: (remote, 443))
        let decision = decide(try egressPolicy("{destination: \(written)}"), host, socket).0
        #expect((decision.verdict == .approved) == isCovered)
    }

    @Test(
        "Everything a rule names has to fit",
        arguments: [
            ("port: 443", true), ("port: 80", false), ("port: [80, 400-500]", true), ("protocol: tcp", true),
            ("protocol: udp", false), ("process: curl", true), ("process: /usr/bin/curl", true),
            ("process: wget", false),
            ("user: ada", true), ("user: root", false), ("unit: backup.service", true), ("unit: cron.service", false),
            ("cgroup: /system.slice/backup.service", true), ("cgroup: /system.slice/*", true),
            ("cgroup: /system.slice", false), ("cgroup: /user.slice/*", false), ("review: pending", false),
            ("expires: 2026-06-14", false), ("expires: 2026-06-15", true),
        ])
    func criteria(key: String, isApproved: Bool) throws {
        var host = Host()
        let curl = host.process("/usr/bin/curl", cgroup: "/system.slice/backup.service", unit: "backup.service")
        let socket = try host.add(.tcp, "10.0.0.2", 40000, to: ("8.8.8.8", 443), by: curl, user: UserID(1000))
        #expect(
            (decide(try egressPolicy("{destination: any, \(key)}"), host, socket).0.verdict == .approved) == isApproved)
    }

    @Test("A control group is known from the socket when no process is left to ask")
    func groupOfSocket() throws {
        var host = Host()
        var socket = try host.add(.tcp, "10.0.0.2", 40000, to: ("8.8.8.8", 443), ownership: .orphaned)
        socket.cgroupID = 7
        host.table.cgroupPaths = [7: "/system.slice/backup.service"]
        #expect(
            decide(try egressPolicy("{destination: any, unit: backup.service}"), host, socket).0.verdict == .approved)
        #expect(
            decide(try egressPolicy("{destination: any, unit: cron.service}"), host, socket).0.verdict == .unapproved)
        // A group below it, whose name begins with a mark that joins the slash.
        host.table.cgroupPaths = [7: "/system.slice/backup.service/\u{301}x"]
        #expect(
            decide(try egressPolicy("{destination: any, unit: backup.service}"), host, socket).0.verdict == .approved)
        socket.cgroupID = nil
        let decision = decide(try egressPolicy("{destination: any, unit: backup.service}"), host, socket).0
        #expect(decision.verdict == .unapproved && decision.hiddenOwnerRule == 0)
    }

    @Test("A name stands for all its addresses, and a match by it says so")
    func names() throws {
        var host = Host()
        let socket = try host.add(.tcp, "10.0.0.2", 40000, to: ("192.0.2.7", 443))
        let policy = try egressPolicy("{id: api, destination: api.example.com}")
        #expect(policy.namesToResolve.map(\.description) == ["api.example.com"])
        #expect(decide(policy, host, socket).0.verdict == .unapproved)
        var names = ResolvedNames()
        names.forward[try name("api.example.com")] = .init(
            addresses: [try address("2001:db8::7"), try address("192.0.2.7")], expiresAt: noon + 60)
        let (decision, rule) = decide(policy, host, socket, names: names)
        #expect(decision.verdict == .approved && rule == "api" && decision.remoteName?.description == "api.example.com")
        #expect(decide(policy, host, socket, names: names.current(at: noon + 60)).0.verdict == .unapproved)
        let byAddress = try egressPolicy("{id: api, destination: api.example.com}", "{id: ip, destination: 192.0.2.7}")
        let (plain, plainRule) = decide(byAddress, host, socket, names: names)
        #expect(plainRule == "ip" && plain.remoteName == nil)
    }

    @Test("A suffix covers confirmed names below it, not itself and not what only ends alike")
    func suffixes() throws {
        var host = Host()
        let socket = try host.add(.tcp, "10.0.0.2", 40000, to: ("192.0.2.7", 443))
        let policy = try egressPolicy("{destination: '*.example.com', port: 443}")
        #expect(policy.namesToResolve.isEmpty)
        for (confirmed, isApproved) in [
            ("a.example.com", true), ("a.b.example.com", true), ("example.com", false), ("badexample.com", false),
        ] {
            var names = ResolvedNames()
            names.reverse[try address("192.0.2.7")] = .init(names: [try name(confirmed)], expiresAt: noon + 60)
            let decision = decide(policy, host, socket, names: names).0
            #expect((decision.verdict == .approved) == isApproved, "\(confirmed)")
            #expect(decision.couldMatchByName == !isApproved)
        }
        let other = try host.add(.tcp, "10.0.0.2", 40001, to: ("192.0.2.7", 80))
        #expect(!decide(policy, host, other).0.couldMatchByName)
    }

    @Test(
        "The most specific of the rules in force is named",
        arguments: [
            ("{id: a, destination: any}", "{id: b, destination: private}"),
            ("{id: a, destination: 10.0.0.0/8}", "{id: b, destination: 10.9.0.0/16}"),
            ("{id: a, destination: 10.9.0.0/16}", "{id: b, destination: '*.example.com'}"),
            ("{id: a, destination: '*.example.com'}", "{id: b, destination: www.example.com}"),
            ("{id: a, destination: www.example.com}", "{id: b, destination: 10.9.8.7}"),
            ("{id: a, destination: any}", "{id: b, destination: any, port: 443}"),
            ("{id: a, destination: any, port: 1-1000}", "{id: b, destination: any, port: 443}"),
            ("{id: a, destination: any, process: curl}", "{id: b, destination: any, process: /usr/bin/curl}"),
            ("{id: a, destination: 10.9.8.7, expires: 2026-01-01}", "{id: b, destination: any}"),
            ("{id: a, destination: 10.9.8.7, review: pending}", "{id: b, destination: any}"),
        ])
    func precedence(wide: String, narrow: String) throws {
        var host = Host()
        let curl = host.process("/usr/bin/curl")
        let socket = try host.add(.tcp, "10.0.0.2", 40000, to: ("10.9.8.7", 443), by: curl)
        var names = ResolvedNames()
        let www = try name("www.example.com")
        names.forward[www] = .init(addresses: [try address("10.9.8.7")], expiresAt: noon + 1)
        names.reverse[try address("10.9.8.7")] = .init(names: [www], expiresAt: noon + 1)
        #expect(decide(try egressPolicy(wide, narrow), host, socket, names: names).1 == "b")
        #expect(decide(try egressPolicy(narrow, wide), host, socket, names: names).1 == "b")
    }

    @Test("Of equal rules the one written first is named, and only expired matches make a verdict of expired")
    func ties() throws {
        var host = Host()
        let socket = try host.add(.tcp, "10.0.0.2", 40000, to: ("8.8.8.8", 443))
        #expect(
            decide(try egressPolicy("{id: a, destination: any}", "{id: b, destination: any}"), host, socket).1 == "a")
        let (decision, rule) = decide(try egressPolicy("{id: a, destination: any, expires: 2026-01-01}"), host, socket)
        #expect(decision.verdict == .expired && rule == "a")
    }

    @Test(
        "What cannot be a host name is none",
        arguments: [
            "", ".", "a..b", "-a.b", "a-.b", "1.2.3.4", "a b", "a/b", "é.fr", String(repeating: "a", count: 64),
        ])
    func hostNames(text: String) { #expect(HostName(text) == nil) }

    @Test("A written rule reads back as itself")
    func roundTrip() throws {
        let written = try egressPolicy(
            "{id: a, destination: ['*.example.com', 'fe80::1', any, 10.0.0.0/8], port: [1-5, 9], protocol: sctp, process: '*', user: 5, cgroup: '/a b/*', unit: 'x@\\x2d.service', reason: 'a: b'}"
        ).rules[0]
        var read = try EgressPolicy(parsing: [PolicyText(path: "e.yaml", "schema: 1\nrules:\n" + written.yaml)]).rules[
            0]
        read.header.location = written.header.location
        #expect(read == written)
    }

    @Test("A rule that lets nothing leave the host is known as one")
    func loopbackOnly() throws {
        #expect(try egressPolicy("{destination: [loopback, 127.0.0.0/8, '::1']}").rules[0].isLoopbackOnly)
        #expect(try !egressPolicy("{destination: [loopback, 126.0.0.0/7]}").rules[0].isLoopbackOnly)
    }
}
