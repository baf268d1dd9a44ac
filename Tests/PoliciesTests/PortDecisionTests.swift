import HostModel
import Policies
import Testing

@Suite struct PortDecisionTests {
    private func decide(_ policy: PortPolicy, _ host: Host, _ socket: Socket) -> (PortDecision, String?) {
        let decision = PortDecider(policy: policy, table: host.table, now: noon).decide(socket)
        return (decision, decision.rule.map { policy.rules[$0].header.id })
    }

    @Test(
        "A bind is covered by the addresses a rule names",
        arguments: [
            ("loopback", "127.0.0.1", nil, true), ("loopback", "127.8.9.1", nil, true), ("loopback", "::1", nil, true),
            ("loopback", "::ffff:127.0.0.1", nil, true), ("loopback", "0.0.0.0", nil, false),
            ("loopback", "::", nil, false),
            ("loopback", "10.0.0.1", nil, false), ("private", "10.0.0.1", nil, true), ("private", "fe80::1", nil, true),
            ("private", "127.0.0.1", nil, false), ("private", "8.8.8.8", nil, false),
            ("private", "0.0.0.0", nil, false),
            ("any", "0.0.0.0", nil, true), ("any", "::", nil, true), ("any", "127.0.0.1", nil, true),
            ("10.0.0.0/8", "10.1.2.3", nil, true), ("10.0.0.0/8", "::ffff:10.1.2.3", nil, true),
            ("10.0.0.0/8", "11.1.2.3", nil, false), ("0.0.0.0/8", "0.0.0.0", nil, false),
            ("0.0.0.0", "0.0.0.0", nil, true),
            ("0.0.0.0/0", "0.0.0.0", nil, true), ("0.0.0.0", "::", true, false), ("0.0.0.0", "::", false, false),
            ("'::'", "::", true, true), ("'::'", "::", false, false), ("'::/0'", "::", nil, false),
            ("['::', 0.0.0.0]", "::", false, true), ("'::'", "0.0.0.0", nil, false),
            ("'::'", "::ffff:0.0.0.0", nil, false),
            ("0.0.0.0", "::ffff:0.0.0.0", nil, true),
        ] as [(String, String, Bool?, Bool)])
    func binds(scope: String, bound: String, isIPv6Only: Bool?, isCovered: Bool) throws {
        var host = Host()
        let socket = try host.add(.tcp, bound, 80, isIPv6Only: isIPv6Only)
        let decision = decide(try portPolicy("{protocol: tcp, port: 80, address: \(scope)}"), host, socket).0
        #expect((decision.outcome == .approved) == isCovered)
    }

    @Test("A loopback approval covers no wildcard, not even one bound to the loopback interface")
    func loopbackInterface() throws {
        var host = Host()
        let socket = try host.add(.tcp, "0.0.0.0", 80, interface: 1)
        #expect(
            decide(try portPolicy("{protocol: tcp, port: 80, address: loopback}"), host, socket).0.outcome
                == .unapproved)
        #expect(decide(try portPolicy("{protocol: tcp, port: 80, interface: lo}"), host, socket).0.outcome == .approved)
    }

    @Test(
        "Everything a rule names has to fit",
        arguments: [
            ("{protocol: tcp, port: 80}", true), ("{protocol: udp, port: 80}", false),
            ("{protocol: tcp, port: 81}", false),
            ("{protocol: tcp, port: 1-65535}", true), ("{protocol: tcp, port: 81-65535}", false),
            ("{protocol: tcp, process: nginx}", true), ("{protocol: tcp, process: /usr/sbin/nginx}", true),
            ("{protocol: tcp, process: /usr/bin/nginx}", false), ("{protocol: tcp, process: ginx}", false),
            ("{protocol: tcp, port: 80, user: ada}", true), ("{protocol: tcp, port: 80, user: 1000}", true),
            ("{protocol: tcp, port: 80, user: root}", false), ("{protocol: tcp, port: 80, user: nobody}", false),
            ("{protocol: tcp, port: 80, interface: eth0}", true), ("{protocol: tcp, port: 80, interface: lo}", false),
            ("{protocol: tcp, port: 80, namespace: any}", true), ("{protocol: tcp, port: 80, namespace: blue}", false),
            ("{protocol: tcp, port: 80, review: pending}", false),
            ("{protocol: tcp, port: 80, expires: 2026-06-14}", false),
            ("{protocol: tcp, port: 80, expires: 2026-06-15}", true),
        ])
    func criteria(rule: String, isApproved: Bool) throws {
        var host = Host()
        let nginx = host.process("/usr/sbin/nginx", name: "nginx: master")
        let socket = try host.add(.tcp, "10.0.0.1", 80, by: nginx, user: UserID(1000), interface: 2)
        #expect((decide(try portPolicy(rule), host, socket).0.outcome == .approved) == isApproved)
    }

    @Test("A rule holds in the host's own namespace unless it says otherwise")
    func namespaces() throws {
        var host = Host()
        let socket = try host.add(.tcp, "0.0.0.0", 80, namespace: 1)
        for (scope, isApproved) in [("host", false), ("any", true), ("blue", true), ("red", false)] {
            let policy = try portPolicy("{protocol: tcp, port: 80, namespace: \(scope)}")
            #expect((decide(policy, host, socket).0.outcome == .approved) == isApproved, "\(scope)")
        }
        #expect(decide(try portPolicy("{protocol: tcp, port: 80}"), host, socket).0.outcome == .unapproved)
    }

    @Test(
        "A path is a program's only byte by byte: the kernel has two files where Unicode calls their names equivalent")
    func equivalentPaths() {
        let process = HostProcess(
            id: ProcessID(1), parentID: ProcessID(0), startedAt: noon, name: "x", executable: "/opt/cafe\u{301}/x",
            commandLine: [], userID: .root)
        #expect(!ProcessCriterion.executable("/opt/caf\u{e9}/x").matches(process))
        #expect(ProcessCriterion.executable("/opt/cafe\u{301}/x").matches(process))
        #expect(!ProcessCriterion.name("\u{e9}").matches(process))
    }

    @Test("A control group lies below another whatever its name begins with, and is no other of an equivalent name")
    func joinedControlGroups() {
        #expect(CgroupPattern("/user.slice/*").matches("/user.slice/\u{301}x"))
        #expect(!CgroupPattern("/caf\u{e9}").matches("/cafe\u{301}"))
        #expect(!CgroupPattern("/caf\u{e9}/*").matches("/cafe\u{301}/x"))
        #expect(!CgroupPattern("/user.slice/*").matches("/user.slice"))
    }

    @Test("A process name of more than 15 bytes is known by those that the kernel keeps")
    func longNames() {
        var process = HostProcess(
            id: ProcessID(1), parentID: ProcessID(0), startedAt: noon, name: "systemd-resolve", executable: nil,
            commandLine: [], userID: .root)
        #expect(ProcessCriterion.name("systemd-resolved").matches(process))
        process.name = "systemd-resol"
        #expect(!ProcessCriterion.name("systemd-resolved").matches(process))
        process.executable = "/usr/lib/systemd/systemd-resolved"
        #expect(ProcessCriterion.name("systemd-resolved").matches(process))
    }

    @Test(
        "Of several holders each has to fit, but for the service manager that opened the socket for them, which answers for all",
        arguments: [
            ("/usr/sbin/sshd", ["/usr/sbin/sshd", "/usr/sbin/sshd"], false, true),
            ("/usr/sbin/sshd", ["/usr/sbin/sshd", "/tmp/backdoor"], false, false),
            ("/usr/sbin/sshd", ["/tmp/backdoor", "/usr/sbin/sshd"], false, false),
            ("sshd", ["/usr/sbin/sshd", "/tmp/backdoor"], false, false),
            ("/usr/sbin/sshd", ["/usr/sbin/sshd"], true, true),
            ("/usr/sbin/sshd", ["/tmp/backdoor"], true, false),
            ("/usr/lib/systemd/systemd", ["/usr/sbin/sshd"], true, true),
            ("/usr/lib/systemd/systemd", [], true, true),
            ("/usr/sbin/sshd", [], true, false),
        ] as [(String, [String], Bool, Bool)])
    func manyHolders(wanted: String, programs: [String], isActivated: Bool, isApproved: Bool) throws {
        var host = Host()
        let manager = host.process("/usr/lib/systemd/systemd", name: "systemd")
        host.table.processes[Int(manager)].id = ProcessID(1)
        let holders = (isActivated ? [manager] : []) + programs.map { host.process($0) }
        try host.add(.tcp, "0.0.0.0", 22, by: holders[0])
        host.table.holderIndices = holders
        host.table.sockets[0].holders = 0..<Int32(holders.count)
        let policy = try portPolicy("{protocol: tcp, port: 22, process: \(wanted)}")
        #expect((decide(policy, host, host.table.sockets[0]).0.outcome == .approved) == isApproved)
    }

    @Test("A path means the host's file: another file at that path in mounts of a process's own is not approved by it")
    func programElsewhere() throws {
        var host = Host()
        try host.add(.tcp, "0.0.0.0", 80, by: host.process("/usr/sbin/nginx"))
        try host.add(.tcp, "0.0.0.0", 80, by: 0, namespace: 1)
        host.table.processes[0].isExecutableElsewhere = true
        let policy = try portPolicy("{protocol: tcp, port: 80, namespace: any, process: /usr/sbin/nginx}")
        #expect(decide(policy, host, host.table.sockets[0]).0.outcome == .unapproved)
        #expect(decide(policy, host, host.table.sockets[1]).0.outcome == .approved, "a container's own path")
        let proposals = BaselineProposals<PortRule>(ports: host.table, policy: PortPolicy(rules: []), now: noon)
        #expect(Set(proposals.rules.map(\.process)) == [.name("nginx"), .executable("/usr/sbin/nginx")])
    }

    @Test(
        "The most specific of the rules in force is named",
        arguments: [
            (["{id: a, protocol: tcp, port: 80}", "{id: b, protocol: tcp, port: 80, address: any}"], "b"),
            (
                [
                    "{id: a, protocol: tcp, port: 80, address: any}",
                    "{id: b, protocol: tcp, port: 80, address: private}",
                ], "b"
            ),
            (
                [
                    "{id: a, protocol: tcp, port: 80, address: 10.0.0.0/8}",
                    "{id: b, protocol: tcp, port: 80, address: 10.0.0.1}",
                ], "b"
            ),
            (
                ["{id: a, protocol: tcp, port: 1-100, process: /usr/sbin/nginx}", "{id: b, protocol: tcp, port: 80}"],
                "b"
            ),
            (
                [
                    "{id: a, protocol: tcp, port: 80, process: nginx}",
                    "{id: b, protocol: tcp, port: 80, process: /usr/sbin/nginx}",
                ], "b"
            ),
            (["{id: a, protocol: tcp, port: 80}", "{id: b, protocol: tcp, port: 80, user: ada}"], "b"),
            (["{id: a, protocol: tcp, port: 80}", "{id: b, protocol: tcp, port: 80}"], "a"),
            (
                [
                    "{id: a, protocol: tcp, port: 80, process: /usr/sbin/nginx, expires: 2026-01-01}",
                    "{id: b, protocol: tcp, process: nginx}",
                ], "b"
            ),
            (["{id: a, protocol: tcp, port: 80, review: pending}", "{id: b, protocol: tcp, process: nginx}"], "b"),
        ])
    func precedence(rules: [String], named: String) throws {
        var host = Host()
        let nginx = host.process("/usr/sbin/nginx")
        let socket = try host.add(.tcp, "10.0.0.1", 80, by: nginx, user: UserID(1000))
        for order in [rules, rules.reversed()] where named == "b" || order == rules {
            let policy = try portPolicy(order[0], order[1])
            #expect(decide(policy, host, socket).1 == named)
        }
    }

    @Test("Only expired matches make a verdict of expired; a pending rule makes none")
    func outcomes() throws {
        var host = Host()
        let socket = try host.add(.tcp, "0.0.0.0", 80)
        let expired = "{id: old, protocol: tcp, port: 80, address: any, expires: 2026-06-14}"
        let pending = "{id: new, protocol: tcp, port: 80, review: pending}"
        let (decision, rule) = decide(try portPolicy(pending, expired), host, socket)
        #expect(decision.outcome == .expired && rule == "old" && decision.matched == [0, 1])
        #expect(!decision.acknowledgesExposure)
        #expect(decide(try portPolicy(pending), host, socket).0.outcome == .unapproved)
        #expect(decide(try portPolicy(), host, socket).0.outcome == .unapproved)
    }

    @Test("A rule speaks for a public bind only when it names the address")
    func acknowledgement() throws {
        var host = Host()
        let socket = try host.add(.tcp, "8.8.8.8", 80)
        for (rule, isAcknowledged) in [
            ("{protocol: tcp, port: 80}", false), ("{protocol: tcp, port: 80, address: any}", true),
            ("{protocol: tcp, port: 80, address: 8.8.8.0/24}", true),
        ] {
            let decision = decide(try portPolicy(rule), host, socket).0
            #expect(decision.outcome == .approved && decision.acknowledgesExposure == isAcknowledged, "\(rule)")
        }
    }

    @Test(
        "A rule that asks for an owner who cannot be seen does not match, and says that it might have",
        arguments: [Ownership.unknown, .timeWait, .orphaned, .pending])
    func hiddenOwners(ownership: Ownership) throws {
        var host = Host()
        let socket = try host.add(.tcp, "0.0.0.0", 80, ownership: ownership)
        let hidden = decide(try portPolicy("{protocol: tcp, port: 80, process: nginx}"), host, socket).0
        #expect(hidden.outcome == .unapproved && hidden.hiddenOwnerRule == 0)
        let open = decide(try portPolicy("{protocol: tcp, port: 80}"), host, socket).0
        #expect(open.outcome == .approved && open.hiddenOwnerRule == nil)
    }

    @Test("A socket of the kernel's own is nobody's, which is known")
    func kernelSockets() throws {
        var host = Host()
        let socket = try host.add(.udp, "0.0.0.0", 51820, ownership: .kernel)
        let decision = decide(try portPolicy("{protocol: udp, port: 51820, process: wg}"), host, socket).0
        #expect(decision.outcome == .unapproved && decision.hiddenOwnerRule == nil)
    }

    @Test("vsock listeners are matched by port and context")
    func vsock() throws {
        var host = Host()
        var socket = try host.add(.vsock, "0.0.0.0", 9999)
        socket.local = Endpoint(.context(1), port: 9999)
        #expect(
            decide(try portPolicy("{protocol: vsock, port: 9999, address: loopback}"), host, socket).0.outcome
                == .approved)
        socket.local = Endpoint(.context(UInt32.max), port: 9999)
        #expect(
            decide(try portPolicy("{protocol: vsock, port: 9999, address: loopback}"), host, socket).0.outcome
                == .unapproved)
        #expect(decide(try portPolicy("{protocol: vsock, port: 9999}"), host, socket).0.outcome == .approved)
    }
}
