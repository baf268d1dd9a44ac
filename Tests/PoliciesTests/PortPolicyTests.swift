import FoundationEssentials
import HostModel
import Policies
import Testing

@Suite struct PortPolicyTests {
    @Test("Every key of a port rule is read")
    func everyKey() throws {
        let text = """
            schema: 1
            rules:
              - id: web
                protocol: tcp
                port: [80, "443", 8000-8100]
                address: [loopback, private, any, 10.0.0.0/8, "::1", "::ffff:10.1.0.0/112"]
                interface: eth0
                namespace: blue
                process: /usr/sbin/nginx
                user: www-data
                reason: the web
                owner: web team
                expires: 2026-12-31
                comment: until the move
                review: accepted
            """
        let rule = try #require(try PortPolicy(parsing: [PolicyText(path: "a.yaml", text)]).rules.first)
        #expect(rule.header.id == "web" && rule.header.reason == "the web" && rule.header.owner == "web team")
        #expect(rule.header.comment == "until the move" && rule.header.review == .accepted)
        #expect(rule.header.expires.map { CalendarDay(containing: $0).description } == "2026-12-31")
        #expect(rule.header.location.description == "a.yaml:3:5")
        #expect(rule.transport == .tcp && rule.ports?.description == "80,443,8000-8100")
        #expect(
            rule.addresses?.map(\.description) == ["loopback", "private", "any", "10.0.0.0/8", "::1", "10.1.0.0/16"])
        #expect(rule.interface == "eth0" && rule.namespace == .named("blue"))
        #expect(rule.process == .executable("/usr/sbin/nginx") && rule.user == .name("www-data"))
    }

    @Test("JSON reads too, and a file without rules approves nothing")
    func otherForms() throws {
        let json = "{\"schema\": 1, \"rules\": [{\"protocol\": \"tcp\", \"port\": 22, \"reason\": \"SSH\"}]}"
        #expect(try PortPolicy(parsing: [PolicyText(path: "a.json", json)]).rules.count == 1)
        #expect(try PortPolicy(parsing: [PolicyText(path: "a", "schema: 1\nrules: []\n")]).rules.isEmpty)
        #expect(try PortPolicy(parsing: [PolicyText(path: "a", "schema: 1\nrules:\n")]).rules.isEmpty)
    }

    @Test(
        "A rule without an id has one that says what it matches",
        arguments: [
            ("{protocol: tcp, port: 22}", "tcp-22"),
            ("{protocol: tcp, port: 22, process: /usr/sbin/sshd, address: any}", "tcp-22-sshd"),
            ("{protocol: udp, port: 5353, process: avahi-daemon, user: 110}", "udp-5353-avahi-daemon-by-110"),
            ("{protocol: tcp, port: 5432, address: loopback, namespace: any}", "tcp-5432-loopback-in-any"),
            ("{protocol: tcp, port: 53, address: 'fe80::1', interface: eth0}", "tcp-53-fe80-1-eth0"),
        ])
    func derivedIDs(rule: String, id: String) throws {
        #expect(try portPolicy(rule).rules[0].header.id == id)
    }

    @Test("Derived ids give way to given ones and stay unique over both files of a policy")
    func derivedIDsAreUnique() throws {
        let main =
            "schema: 1\nrules:\n  - {protocol: tcp, port: 22, reason: a}\n  - {protocol: tcp, port: 22, reason: b}\n"
        let baseline = "schema: 1\nrules:\n  - {id: tcp-22, protocol: tcp, port: 23, reason: c}\n"
        let policy = try PortPolicy(parsing: [PolicyText(path: "m", main), PolicyText(path: "b", baseline)])
        #expect(policy.rules.map(\.header.id) == ["tcp-22-2", "tcp-22-3", "tcp-22"])
    }

    @Test("An id given in one file cannot be given in the other")
    func idsAreUniqueOverFiles() throws {
        let text = "schema: 1\nrules:\n  - {id: ssh, protocol: tcp, port: 22, reason: a}\n"
        let errors = #expect(throws: PolicyErrors.self) {
            try PortPolicy(parsing: [PolicyText(path: "m", text), PolicyText(path: "b", text)])
        }
        #expect(errors?.description == "b:3:10: id 'ssh' is already taken by the rule at m:3:10; change one of them")
    }

    @Test("A very long derived id is cut and stays its own")
    func longIDs() throws {
        let path = "/opt/" + String(repeating: "x", count: 90)
        let ids = try portPolicy(
            "{protocol: tcp, port: 1, process: \(path)a}", "{protocol: tcp, port: 1, process: \(path)b}"
        ).rules.map(\.header.id)
        #expect(Set(ids).count == 2 && ids.allSatisfy { $0.utf8.count <= 80 })
    }

    @Test("A rule holds to the end of its last day in UTC, and pending rules never")
    func force() throws {
        let day = try #require(CalendarDay("2026-06-15"))
        let header = try portPolicy("{protocol: tcp, port: 22, expires: 2026-06-15}").rules[0].header
        #expect(header.isInForce(at: day.start) && header.isInForce(at: day.end.addingTimeInterval(-1)))
        #expect(header.isExpired(at: day.end) && !header.isInForce(at: day.end))
        #expect(try !portPolicy("{protocol: tcp, port: 22, review: pending}").rules[0].header.isInForce(at: noon))
    }

    @Test(
        "A written rule reads back as itself",
        arguments: [
            "{protocol: tcp, port: [22, 80-90], address: [loopback, 10.0.0.0/8], process: /usr/sbin/sshd, user: ada}",
            "{protocol: packet, interface: eth0, namespace: any, process: \"a: b #c\", expires: 2026-01-31}",
            "{id: x, protocol: udp, port: 53, reason: \"line one\\nline \\\"two\\\" \\u001b ü\", owner: yes, comment: '1.5', review: pending}",
            "{protocol: vsock, port: 4294967294, process: 'null', user: 0, namespace: 'net:[4026531840]'}",
        ])
    func roundTrip(rule: String) throws {
        // A control character may stand in a process name the kernel gave, never in a policy; it has no way in here.
        let source = rule.replacing("\\u001b ", with: "")
        let written = try portPolicy(source).rules[0]
        let text = "schema: 1\nrules:\n" + written.yaml
        var read = try PortPolicy(parsing: [PolicyText(path: "p.yaml", text)]).rules[0]
        read.header.location = written.header.location
        #expect(read == written, "\(text)")
    }
}
