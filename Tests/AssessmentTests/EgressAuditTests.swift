import Findings
import FoundationEssentials
import HostModel
import Policies
import Testing

@testable import Assessment

@Suite struct EgressAuditTests {
    @Test("An unapproved connection is a finding, an approved one none, and inbound ones are not looked at")
    func unapproved() throws {
        var sample = SampleSockets()
        let curl = sample.process("/usr/bin/curl")
        try sample.add(.tcp, "8.8.8.8", 443, by: curl, direction: .outbound)
        try sample.add(.tcp, "10.0.0.9", 5432, by: curl, direction: .outbound)
        try sample.add(.tcp, "9.9.9.9", 50000, by: curl, direction: .inbound)
        try sample.add(.tcp, "0.0.0.0", 80, by: curl)
        let report = try sample.egress("{id: db, destination: 10.0.0.0/8, port: 5432}")
        #expect(report.connections.map(\.verdict) == [.unapproved, .approved])
        #expect(report.connections.map(\.rule) == [nil, "db"])
        #expect(report.findings.lines == ["unapproved-egress medium tcp/8.8.8.8:443"])
        #expect(report.findings[0].title == "curl connects to 8.8.8.8:443 without approval")
    }

    @Test("Equal connections of one program are one finding that counts them, whatever their local ports and family")
    func grouping() throws {
        var sample = SampleSockets()
        let first = sample.process("/usr/bin/curl")
        let second = sample.process("/usr/bin/curl")
        let other = sample.process("/usr/bin/wget")
        for _ in 0..<50 { try sample.add(.tcp, "8.8.8.8", 443, by: first, direction: .outbound) }
        try sample.add(.tcp, "::ffff:8.8.8.8", 443, by: second, direction: .outbound)
        try sample.add(.tcp, "8.8.8.8", 443, by: other, direction: .outbound)
        let report = try sample.egress()
        #expect(report.connections.count == 52)
        #expect(report.findings.count == 2)
        #expect(report.findings[0].detail.contains("51 connections"))
    }

    @Test(
        "An allowlist for loopback alone, or for everything, governs nothing",
        arguments: [
            ("{destination: loopback}", false), ("{destination: 127.0.0.0/8}", false), ("{destination: any}", false),
            ("{destination: 0.0.0.0/0, protocol: tcp}", false), ("{destination: any, port: 1-65535}", false),
            ("{destination: any, port: 443}", true), ("{destination: any, process: /usr/bin/curl}", true),
            ("{destination: 10.0.0.0/8}", true), ("{destination: 10.0.0.0/8, review: pending}", false),
        ] as [(String, Bool)])
    func allowlist(rule: String, governs: Bool) throws {
        var context = StubHost.context()
        context.egress = try SampleSockets().egress(rule)
        let check = EgressAllowlistConfigured()
        #expect(check.evaluate(context).status == (governs ? .compliant : .violation))
    }

    @Test("A program with very many unapproved destinations is one finding")
    func manyDestinations() throws {
        var sample = SampleSockets()
        let scanner = sample.process("/usr/bin/scan")
        for number in 0..<300 {
            try sample.add(.tcp, "10.1.\(number / 250).\(number % 250)", 22, by: scanner, direction: .outbound)
        }
        let findings = try sample.egress().findings
        #expect(findings.lines == ["unapproved-egress high tcp/300 destinations"])
        #expect(findings[0].evidence.count == 6)
    }

    @Test("The remedy of a finding is a rule that takes it away")
    func remedies() throws {
        var sample = SampleSockets()
        let curl = sample.process("/usr/bin/curl")
        try sample.add(.tcp, "8.8.8.8", 443, by: curl, direction: .outbound)
        try sample.add(.udp, "::1", 53, by: curl, direction: .outbound)
        try sample.add(.tcp, "2001:db8::1", 80, direction: .outbound, ownership: .timeWait)
        try sample.add(.tcp, "::ffff:1.2.3.4", 80, direction: .outbound, ownership: .unknown)
        let findings = try sample.egress().findings
        #expect(findings.count == 4)
        for finding in findings {
            let yaml = try #require(finding.remediation.split(separator: ".yaml:\n").last)
            let policy = try EgressPolicy(parsing: [PolicyText(path: "p", "schema: 1\nrules:\n" + yaml)])
            let after = EgressAudit(
                table: sample.table, policy: policy, names: ResolvedNames(), host: SampleSockets.host,
                now: SampleSockets.now
            ).report()
            #expect(after.findings.count == 3 && !after.findings.contains { $0.fingerprint == finding.fingerprint })
        }
    }

    @Test("A fingerprint stays over runs, and differs by what it is about")
    func fingerprints() throws {
        func fingerprint(_ executable: String, pid: Int32, _ address: String, _ port: UInt32, namespace: Int32 = 0)
            throws -> Fingerprint
        {
            var sample = SampleSockets()
            try sample.add(
                .tcp, address, port, by: sample.process(executable, pid: pid), direction: .outbound,
                namespace: namespace)
            return try #require(try sample.egress(at: SampleSockets.now + Double(pid)).findings.first).fingerprint
        }
        let first = try fingerprint("/usr/bin/curl", pid: 10, "8.8.8.8", 443)
        #expect(try fingerprint("/usr/bin/curl", pid: 11, "8.8.8.8", 443) == first)
        #expect(try fingerprint("/usr/bin/curl", pid: 10, "8.8.8.8", 80) != first)
        #expect(try fingerprint("/usr/bin/curl", pid: 10, "8.8.4.4", 443) != first)
        #expect(try fingerprint("/usr/bin/wget", pid: 10, "8.8.8.8", 443) != first)
        #expect(try fingerprint("/usr/bin/curl", pid: 10, "8.8.8.8", 443, namespace: 1) != first)
    }

    @Test(
        "Closing connections match rules without an owner; those with one are a gap told once, and a doubtful finding")
    func closingConnections() throws {
        var sample = SampleSockets()
        for _ in 0..<3 { try sample.add(.tcp, "8.8.8.8", 443, direction: .outbound, ownership: .timeWait) }
        #expect(try sample.egress("{destination: 8.8.8.8}").findings.isEmpty)
        let report = try sample.egress("{destination: 8.8.8.8, process: curl}")
        #expect(report.connections.map(\.verdict) == [.unapproved, .unapproved, .unapproved])
        #expect(report.gaps.count == 1 && report.gaps[0].what.contains("3 connections"))
        #expect(report.findings[0].confidence == 0.5 && report.findings[0].severity == .low)
        #expect(report.findings[1].kind == .unusedRule && report.findings[1].confidence == 0.5)
    }

    @Test("A match by name is marked, and a name that could not be looked up is a gap")
    func names() throws {
        var sample = SampleSockets()
        try sample.add(.tcp, "192.0.2.7", 443, by: sample.process("/usr/bin/curl"), direction: .outbound)
        let rules = "{id: api, destination: [api.example.com, gone.example.com, odd.example.com]}"
        var names = ResolvedNames()
        names.forward[try #require(HostName("api.example.com"))] = .init(
            addresses: [try #require(IPAddress("192.0.2.7"))], expiresAt: SampleSockets.now + 1)
        names.failures[try #require(HostName("gone.example.com"))] = "no such name"
        let report = try sample.egress(rules, names: names)
        #expect(
            report.connections.map(\.verdict) == [.approved] && report.connections[0].remoteName == "api.example.com")
        #expect(report.gaps.map(\.why) == ["no such name", "the name was not looked up"])
        let later = try sample.egress(rules, names: names, at: SampleSockets.now + 2)
        #expect(later.connections.map(\.verdict) == [.unapproved] && later.gaps.count == 3)
    }

    @Test("Addresses whose names could help a suffix rule are asked for, most used first, no others")
    func addressesToName() throws {
        var sample = SampleSockets()
        let curl = sample.process("/usr/bin/curl")
        for (address, port, count) in [
            ("192.0.2.1", 443, 1), ("192.0.2.2", 443, 3), ("192.0.2.3", 80, 5), ("127.0.0.1", 443, 9),
            ("192.0.2.4", 443, 2),
        ] as [(String, UInt32, Int)] {
            for _ in 0..<count { try sample.add(.tcp, address, port, by: curl, direction: .outbound) }
        }
        let rules = ["{destination: '*.example.com', port: 443}", "{destination: 192.0.2.4}"]
        var names = ResolvedNames()
        let audit = try sample.egressAudit(rules, names: names)
        #expect(audit.addressesToName().map(\.description) == ["192.0.2.2", "192.0.2.1"])
        #expect(audit.addressesToName(limit: 1).count == 1)
        #expect(audit.report().gaps.map(\.what) == ["the names of 2 addresses that a *.suffix rule might cover"])
        for (address, name) in [("192.0.2.1", "other.org"), ("192.0.2.2", "www.example.com")] {
            names.reverse[try #require(IPAddress(address))] = .init(
                names: [try #require(HostName(name))], expiresAt: SampleSockets.now + 1)
        }
        let named = try sample.egressAudit(rules, names: names)
        #expect(named.addressesToName().isEmpty && named.report().gaps.isEmpty)
        #expect(named.report().connections.filter { $0.remoteName == "www.example.com" }.count == 3)
        #expect(try sample.egressAudit(["{destination: any, process: nobody}"], names: names).addressesToName().isEmpty)
    }

    @Test("Expired and unused rules are reported; a rule for loopback alone may rest")
    func rules() throws {
        var sample = SampleSockets()
        try sample.add(.tcp, "8.8.8.8", 443, by: sample.process("/usr/bin/curl"), direction: .outbound)
        let report = try sample.egress(
            "{id: old, destination: 8.8.8.8, expires: 2026-01-01}", "{id: gone, destination: 1.1.1.1}",
            "{id: lo, destination: loopback}")
        #expect(report.connections.map(\.verdict) == [.expired] && report.connections[0].rule == "old")
        #expect(report.findings.lines == ["expired-approval medium old", "unused-rule low gone"])
    }

    @Test("Sixty thousand connections and a thousand rules cost little more than the connections")
    func scale() throws {
        var sample = SampleSockets()
        let workers = (0..<10).map { sample.process("/usr/bin/worker\($0)") }
        for number in 0..<60_000 {
            try sample.add(
                .tcp, "10.\(number % 7).\(number % 200).\(number % 250)", 443, by: workers[number % 10],
                direction: .outbound)
        }
        let rules = (0..<1000).map {
            "  - {destination: 10.\($0 % 5).0.\($0 % 200), port: 443, process: worker\($0 % 10), reason: x}\n"
        }
        let policy = try EgressPolicy(parsing: [PolicyText(path: "p", "schema: 1\nrules:\n" + rules.joined())])
        func took(_ policy: EgressPolicy) -> Duration {
            ContinuousClock().measure {
                let report = EgressAudit(
                    table: sample.table, policy: policy, names: ResolvedNames(), host: SampleSockets.host,
                    now: SampleSockets.now
                ).report()
                #expect(report.connections.count == 60_000)
            }
        }
        let (none, many) = (took(EgressPolicy(rules: [])), took(policy))
        // Without the index a thousand rules would cost hundreds of times as much.
        #expect(many < none * 5 + .seconds(2), "\(none) without rules, \(many) with")
    }
}
