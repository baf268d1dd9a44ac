import FoundationEssentials
import HostModel
import Policies
import Testing

@Suite struct BaselineTests {
    private func sample() throws -> Host {
        var host = Host()
        let sshd = host.process("/usr/sbin/sshd", unit: "ssh.service")
        let db = host.process("/usr/lib/postgresql/bin/postgres")
        try host.add(.tcp, "0.0.0.0", 22, by: sshd)
        try host.add(.tcp, "::", 22, by: sshd)
        try host.add(.tcp, "127.0.0.1", 5432, by: db, user: UserID(1000))
        try host.add(.udp, "10.0.0.1", 51820, ownership: .kernel, interface: 2)
        try host.add(.tcp, "::1", 80, by: db, namespace: 1)
        return host
    }

    private func proposals(_ host: Host, _ policy: PortPolicy) -> BaselineProposals<PortRule> {
        BaselineProposals(ports: host.table, policy: policy, now: noon)
    }

    @Test(
        "A baseline proposes the narrowest rule for each listener, with an id that says what it is and where it was seen"
    )
    func ports() throws {
        let text = try BaselineText.adding(proposals(try sample(), PortPolicy(rules: [])), to: nil)
        #expect(
            text.split(separator: "\n").drop { $0.hasPrefix("#") }.joined(separator: "\n") == """
                schema: 1
                rules:
                  - id: tcp-22-sshd
                    protocol: tcp
                    port: 22
                    address: any
                    process: /usr/sbin/sshd
                    reason: "Seen on 2026-06-15: sshd (user root, ssh.service) listening on 0.0.0.0:22 and [::]:22"
                    review: pending
                  - id: tcp-80-postgres-loopback-in-blue
                    protocol: tcp
                    port: 80
                    address: loopback
                    namespace: blue
                    process: /usr/lib/postgresql/bin/postgres
                    reason: "Seen on 2026-06-15: postgres (user root) listening on [::1]:80"
                    review: pending
                  - id: tcp-5432-postgres-loopback
                    protocol: tcp
                    port: 5432
                    address: loopback
                    process: /usr/lib/postgresql/bin/postgres
                    reason: "Seen on 2026-06-15: postgres (user ada) listening on 127.0.0.1:5432"
                    review: pending
                  - id: udp-51820-10.0.0.1-eth0-by-root
                    protocol: udp
                    port: 51820
                    address: 10.0.0.1
                    interface: eth0
                    user: root
                    reason: "Seen on 2026-06-15: the kernel listening on 10.0.0.1:51820 on eth0"
                    review: pending
                """)
    }

    @Test("What different programs hold together is proposed for their user: no one of them speaks for the others")
    func mixedHolders() throws {
        var host = Host()
        let holders = [host.process("/usr/bin/bash"), host.process("/usr/bin/sleep")]
        try host.add(.tcp, "127.0.0.1", 80, by: holders[0], user: UserID(1000))
        host.table.holderIndices = holders
        host.table.sockets[0].holders = 0..<2
        let rule = try #require(proposals(host, PortPolicy(rules: [])).rules.first)
        #expect(rule.process == nil)
        #expect(rule.user == .name("ada"))
    }

    @Test(
        "Proposals approve nothing; accepted they approve what they were made of, and a second baseline proposes nothing"
    )
    func acceptance() throws {
        let host = try sample()
        let baseline = PolicyText(
            path: "b.yaml", try BaselineText.adding(proposals(host, PortPolicy(rules: [])), to: nil))
        let pending = try PortPolicy(parsing: [baseline])
        let decider = PortDecider(policy: pending, table: host.table, now: noon)
        #expect(host.table.sockets.allSatisfy { decider.decide($0).outcome == .unapproved })
        #expect(proposals(host, pending).rules.isEmpty)
        let acceptance = try BaselineAcceptance(.all, in: [baseline], kind: .ports)
        #expect(acceptance.accepted == pending.rules.map(\.header.id))
        let accepted = try PortPolicy(parsing: acceptance.files)
        let after = PortDecider(policy: accepted, table: host.table, now: noon)
        #expect(
            host.table.sockets.allSatisfy {
                after.decide($0).outcome == .approved && after.decide($0).acknowledgesExposure
            })
        #expect(proposals(host, accepted).rules.isEmpty)
        #expect(Set(accepted.rules.indices) == Set(host.table.sockets.flatMap { after.decide($0).matched }))
    }

    @Test("What only an expired rule covers is proposed again, under an id of its own")
    func expired() throws {
        var host = Host()
        try host.add(.tcp, "127.0.0.1", 80, by: host.process("/usr/sbin/web"))
        let policy = try portPolicy("{id: tcp-80-web-loopback, protocol: tcp, port: 80, expires: 2026-01-01}")
        #expect(proposals(host, policy).rules.map(\.header.id) == ["tcp-80-web-loopback-2"])
    }

    @Test(
        "Proposals go behind the rules that are there, and nothing else of the text changes",
        arguments: [
            "schema: 1\nrules:\n  - {id: a, protocol: tcp, port: 1, reason: x} # one\n\n# the end\n",
            "schema: 1\nrules:\n- id: a\n  protocol: tcp\n  port: 1\n  reason: |\n    block\n    text\n",
            "rules:\n    - id: a\n      protocol: tcp\n      port: 1\n      reason: é\nschema: 1\n",
            "schema: 1\nrules:\n  - {id: a, protocol: tcp, port: [1, 2],\n     reason: x}",
            "schema: 1\nrules: [] # none yet\n# the end\n", "schema: 1\nrules:\n", "schema: 1\nrules:",
            "rules: null\nschema: 1\n",
            "schema: 1\r\nrules:\r\n  - {id: a, protocol: tcp, port: 1, reason: x}\r\n",
        ])
    func adding(text: String) throws {
        let file = PolicyText(path: "b.yaml", text)
        let before = try PortPolicy(parsing: [file])
        let proposals = proposals(try sample(), before)
        let after = try BaselineText.adding(proposals, to: file)
        let rules = try PortPolicy(parsing: [PolicyText(path: "b.yaml", after)]).rules
        #expect(rules.map(\.header.id) == before.rules.map(\.header.id) + proposals.rules.map(\.header.id), "\(after)")
        // Every line that was there still is, but for the empty list that gave way.
        let kept = lines(after)
        for line in lines(text) where !line.hasPrefix("rules:") { #expect(kept.contains(line), "\(line)") }
        #expect(
            try BaselineText.adding(BaselineProposals(ports: SocketTable(), policy: before, now: noon), to: file)
                == text)
    }

    private func lines(_ text: String) -> [String] {
        text.utf8.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("Rules in JSON are not added to, and a broken file is not written over")
    func refusals() throws {
        let proposals = proposals(try sample(), PortPolicy(rules: []))
        let json = PolicyText(
            path: "b.yaml", "{\"schema\": 1, \"rules\": [{\"protocol\": \"tcp\", \"port\": 1, \"reason\": \"x\"}]}")
        let errors = #expect(throws: PolicyErrors.self) { try BaselineText.adding(proposals, to: json) }
        #expect(errors?.errors.count == 1)
        #expect(throws: PolicyErrors.self) { try BaselineText.adding(proposals, to: PolicyText(path: "b", "rules: [")) }
    }

    @Test("Accepting changes the word pending of the rules that were named, and no other byte")
    func acceptingBytes() throws {
        let main = PolicyText(
            path: "m", "schema: 1\nrules:\n  - {id: a, protocol: tcp, port: 1, reason: pending, review: pending}\n")
        let baseline = PolicyText(
            path: "b",
            "# ü review: pending\nschema: 1\nrules:\n  - protocol: tcp # derived id\n    port: 2\n    reason: \"review: pending\"\n    review: 'pending'   # look at it\n  - {id: c, protocol: tcp, port: 3, reason: x, review: pending}\n"
        )
        let acceptance = try BaselineAcceptance(.ids(["a", "tcp-2", "nope"]), in: [main, baseline], kind: .ports)
        #expect(acceptance.accepted == ["a", "tcp-2"] && acceptance.unknown == ["nope"])
        #expect(acceptance.files.map(\.path) == ["m", "b"])
        #expect(
            acceptance.files.map { String(decoding: $0.bytes, as: UTF8.self) } == [
                "schema: 1\nrules:\n  - {id: a, protocol: tcp, port: 1, reason: pending, review: accepted}\n",
                String(decoding: baseline.bytes, as: UTF8.self).replacing("'pending'", with: "accepted"),
            ])
        let again = try BaselineAcceptance(.ids(["a"]), in: acceptance.files, kind: .ports)
        #expect(again.files.isEmpty && again.alreadyAccepted == ["a"] && again.accepted.isEmpty)
    }

    @Test("Egress proposals name single addresses, loopback by its name, and the program")
    func egress() throws {
        var host = Host()
        let curl = host.process("/usr/bin/curl")
        for _ in 0..<5 { try host.add(.tcp, "10.0.0.2", 40000, to: ("192.0.2.7", 443), by: curl) }
        try host.add(.udp, "::1", 40000, to: ("::1", 53), by: curl)
        try host.add(.tcp, "10.0.0.2", 40000, to: ("2001:db8::1", 443), ownership: .timeWait)
        let none = EgressPolicy(rules: [])
        let proposals = BaselineProposals(egress: host.table, policy: none, names: ResolvedNames(), now: noon)
        #expect(
            proposals.rules.map(\.header.id) == [
                "tcp-192.0.2.7-443-curl", "tcp-2001-db8-1-443", "udp-loopback-53-curl",
            ])
        #expect(
            proposals.rules[0].header.reason
                == "Seen on 2026-06-15: curl (user root) connected to 192.0.2.7:443 (5 sockets)")
        let text = try BaselineText.adding(proposals, to: nil)
        let accepted = try BaselineAcceptance(.all, in: [PolicyText(path: "b", text)], kind: .egress)
        let decider = EgressDecider(
            policy: try EgressPolicy(parsing: accepted.files), table: host.table, names: ResolvedNames(), now: noon)
        #expect(host.table.sockets.allSatisfy { decider.decide($0).verdict == .approved })
    }

    @Test("No more is proposed than somebody can look at, and the rest is counted")
    func limit() throws {
        var host = Host()
        for port in 1...30 as ClosedRange<UInt32> { try host.add(.tcp, "127.0.0.1", port) }
        let proposals = BaselineProposals(ports: host.table, policy: PortPolicy(rules: []), now: noon, limit: 20)
        #expect(proposals.rules.count == 20 && proposals.leftOut == 10)
    }

    @Test("Names that processes gave themselves cannot write policy")
    func hostileNames() throws {
        var host = Host()
        let process = host.process("/tmp/x", name: "a\"\n    review: accepted\n  - \u{1b}[0m")
        host.table.processes[Int(process)].executable = nil
        try host.add(.tcp, "127.0.0.1", 80, by: process)
        let text = try BaselineText.adding(proposals(host, PortPolicy(rules: [])), to: nil)
        let rules = try PortPolicy(parsing: [PolicyText(path: "b", text)]).rules
        #expect(
            rules.count == 1 && rules[0].header.review == .pending && rules[0].process == nil
                && rules[0].user == .name("root"))
    }
}
