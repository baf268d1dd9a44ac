import Assessment
import ControlFrameworks
import Findings
import FoundationEssentials
import HostModel
import Policies
import Testing

/// A table put together socket by socket: the host's own namespace, one named `blue`, and one without a name.
struct SampleSockets {
    static let now = (CalendarDay("2026-06-15")?.start ?? Date(timeIntervalSince1970: 0)) + 43_200
    static let host = HostIdentity(
        hostname: "keep", operatingSystem: "Debian", kernel: "6.1", root: "/", isLive: true, observer: .root)
    var table = SocketTable()

    init() {
        var own = NetworkNamespace(id: NamespaceID(1), isOwn: true, name: nil, source: .netlink)
        own.interfaces = [1: .init(name: "lo", isLoopback: true), 2: .init(name: "eth0", isLoopback: false)]
        table.namespaces = [
            own, NetworkNamespace(id: NamespaceID(2), isOwn: false, name: "blue", source: .netlink),
            NetworkNamespace(id: NamespaceID(3), isOwn: false, name: nil, source: .procfs),
        ]
        table.userNames = [.root: "root", UserID(1000): "ada"]
    }

    mutating func process(_ executable: String, pid: Int32? = nil, unit: String? = nil) -> Int32 {
        let index = Int32(table.processes.count)
        var process = HostProcess(
            id: ProcessID(pid ?? 100 + index), parentID: ProcessID(1), startedAt: Self.now,
            name: String(executable.split(separator: "/").last ?? "?"), executable: executable, commandLine: [],
            userID: .root)
        process.unit = unit
        table.processes.append(process)
        return index
    }

    /// - Parameter bound: address and port; of an outbound socket the remote ones.
    mutating func add(
        _ transport: Transport, _ bound: String, _ port: UInt32, by holders: Int32...,
        direction: Direction = .listening,
        ownership: Ownership? = nil, namespace: Int32 = 0, interface: UInt32 = 0
    ) throws {
        let address = try #require(IPAddress(bound))
        let (near, far) = (
            Endpoint(.ip(address), port: port), Endpoint(.ip(address.isIPv4 ? .anyIPv4 : .anyIPv6), port: 0)
        )
        let isOutbound = direction == .outbound
        var socket = Socket(
            transport: transport, family: address.isIPv4 ? .ipv4 : .ipv6, state: isOutbound ? .established : .listening,
            local: isOutbound ? far : near, remote: isOutbound ? near : far, userID: .root,
            inode: UInt64(table.sockets.count + 1), namespace: namespace)
        if transport == .packet { socket.local = Endpoint(.none, port: 3) }
        socket.direction = direction
        socket.ownership = ownership ?? (holders.isEmpty ? .kernel : .processes)
        socket.interfaceIndex = interface
        let start = Int32(table.holderIndices.count)
        table.holderIndices += holders
        socket.holders = start..<start + Int32(holders.count)
        table.sockets.append(socket)
    }

    func ports(_ rules: String..., at now: Date = now) throws -> PortReport {
        let policy = try PortPolicy(parsing: [PolicyText(path: "approved-ports.yaml", Self.document(rules))])
        return PortAudit(table: table, policy: policy, host: Self.host, now: now).report()
    }

    func egress(_ rules: String..., names: ResolvedNames = ResolvedNames(), at now: Date = now) throws -> EgressReport {
        try egressAudit(rules, names: names, at: now).report()
    }

    func egressAudit(_ rules: [String], names: ResolvedNames, at now: Date = now) throws -> EgressAudit {
        let policy = try EgressPolicy(parsing: [PolicyText(path: "egress-allowlist.yaml", Self.document(rules))])
        return EgressAudit(table: table, policy: policy, names: names, host: Self.host, now: now)
    }

    private static func document(_ rules: [String]) -> String {
        "schema: 1\nrules:\n" + rules.map { "  - " + $0.dropLast() + ", reason: because}\n" }.joined()
    }
}

extension [Finding] {
    /// Kind, severity and resource of each, in one line.
    var lines: [String] { map { "\($0.kind.rawValue) \($0.severity.rawValue) \($0.resource.name)" } }
}

@Suite struct PortAuditTests {
    @Test("An unapproved public listener is two findings, an approved one none")
    func unapproved() throws {
        var sample = SampleSockets()
        let web = sample.process("/usr/sbin/web")
        try sample.add(.tcp, "0.0.0.0", 9090, by: web)
        let report = try sample.ports()
        #expect(report.listeners.map(\.verdict) == [.unapproved] && report.listeners.map(\.rule) == [nil])
        #expect(
            report.findings.lines == ["unapproved-port medium tcp/0.0.0.0:9090", "public-bind high tcp/0.0.0.0:9090"])
        let approved = try sample.ports("{id: web, protocol: tcp, port: 9090, address: any}")
        #expect(approved.listeners.map(\.verdict) == [.approved] && approved.listeners.map(\.rule) == ["web"])
        #expect(approved.findings.isEmpty && approved.rulesCount == 1)
    }

    @Test("A rule without an address approves a public bind and leaves a finding about it")
    func unacknowledged() throws {
        var sample = SampleSockets()
        try sample.add(.tcp, "::", 9090, by: sample.process("/usr/sbin/web"))
        let report = try sample.ports("{id: web, protocol: tcp, port: 9090}")
        #expect(report.listeners.map(\.verdict) == [.approved])
        #expect(report.findings.lines == ["public-bind medium tcp/[::]:9090"])
        #expect(report.findings[0].remediation.contains("the rule at approved-ports.yaml:3:5"))
    }

    @Test(
        "Loopback and private listeners are unapproved, not public",
        arguments: [("127.0.0.1", "low"), ("::1", "low"), ("10.0.0.1", "medium")])
    func reach(address: String, severity: String) throws {
        var sample = SampleSockets()
        try sample.add(.tcp, address, 9090, by: sample.process("/usr/sbin/web"))
        #expect(
            try sample.ports().findings.map { "\($0.kind.rawValue) \($0.severity.rawValue)" } == [
                "unapproved-port \(severity)"
            ])
    }

    @Test("The remedy of a finding is a rule that takes it away")
    func remedies() throws {
        var sample = SampleSockets()
        let web = sample.process("/usr/sbin/web: \"odd\"")
        let named = sample.process("/x")
        sample.table.processes[Int(named)].executable = nil
        try sample.add(.tcp, "0.0.0.0", 9090, by: web)
        try sample.add(.tcp, "::", 9090, by: web)
        try sample.add(.tcp, "127.0.0.1", 22, by: web)
        try sample.add(.udp, "10.0.0.1", 9090, by: named, interface: 2)
        try sample.add(.tcp, "::ffff:8.8.8.8", 80, ownership: .kernel, namespace: 1)
        try sample.add(.sctp, "fe80::1", 80, ownership: .unknown, namespace: 2)
        try sample.add(.packet, "0.0.0.0", 0, by: web, direction: .sniffer, interface: 2)
        try sample.add(.raw, "0.0.0.0", 1, by: web)
        for finding in try sample.ports().findings where finding.kind != .insecurePort {
            let yaml = try #require(finding.remediation.split(separator: ".yaml:\n").last)
            let policy = try PortPolicy(parsing: [
                PolicyText(path: "p", "schema: 1\nrules:\n  " + yaml.replacing(" ", with: "\n      "))
            ])
            let after = PortAudit(table: sample.table, policy: policy, host: SampleSockets.host, now: SampleSockets.now)
                .report()
            #expect(
                !after.findings.contains { $0.fingerprint == finding.fingerprint }, "\(finding.resource.name)\n\(yaml)")
            #expect(after.findings.allSatisfy { $0.kind != .unusedRule })
        }
    }

    @Test("Wildcards of both families on one port are one finding")
    func bothFamilies() throws {
        var sample = SampleSockets()
        let sshd = sample.process("/usr/sbin/sshd")
        try sample.add(.tcp, "0.0.0.0", 22, by: sshd)
        try sample.add(.tcp, "::", 22, by: sshd)
        let findings = try sample.ports().findings
        #expect(findings.lines == ["unapproved-port medium tcp/*:22", "public-bind high tcp/*:22"])
        #expect(findings[0].evidence.count == 2)
    }

    @Test("A fingerprint says what it is about: not when, not which process id")
    func fingerprints() throws {
        func fingerprint(_ change: (inout SampleSockets) throws -> Void, at now: Date = SampleSockets.now) throws
            -> Fingerprint
        {
            var sample = SampleSockets()
            try change(&sample)
            return try #require(try sample.ports(at: now).findings.first { $0.kind == .unapprovedPort }).fingerprint
        }
        func listener(
            _ executable: String = "/usr/sbin/web", pid: Int32 = 7, _ address: String = "10.0.0.1", _ port: UInt32 = 80,
            _ namespace: Int32 = 0
        )
            -> (inout SampleSockets) throws -> Void
        {
            { try $0.add(.tcp, address, port, by: $0.process(executable, pid: pid), namespace: namespace) }
        }
        let first = try fingerprint(listener())
        #expect(try fingerprint(listener(pid: 8), at: SampleSockets.now + 999_999) == first)
        #expect(
            try fingerprint({ sample in
                try sample.add(.tcp, "127.0.0.1", 1, by: sample.process("/usr/sbin/web"))
                sample.table.sockets[0].direction = .unbound
                try listener()(&sample)
            }) == first)
        for other in [
            listener("/usr/sbin/other"), listener("/usr/sbin/web", pid: 7, "10.0.0.2"),
            listener("/usr/sbin/web", pid: 7, "10.0.0.1", 81), listener("/usr/sbin/web", pid: 7, "10.0.0.1", 80, 1),
        ] {
            #expect(try fingerprint(other) != first)
        }
    }

    @Test("The ports that the kernel picks for a UDP client are one finding, the same with every run")
    func ephemeralPorts() throws {
        var (first, second) = (SampleSockets(), SampleSockets())
        let client = first.process("/usr/bin/client")
        _ = second.process("/usr/bin/client")
        try first.add(.udp, "0.0.0.0", 40001, by: client)
        try first.add(.udp, "0.0.0.0", 40002, by: client)
        try second.add(.udp, "0.0.0.0", 51234, by: client)
        let (before, after) = (try first.ports().findings, try second.ports().findings)
        #expect(
            before.lines == ["unapproved-port medium udp/0.0.0.0:(2 ports)", "public-bind high udp/0.0.0.0:(2 ports)"])
        #expect(before.map(\.fingerprint) == after.map(\.fingerprint))
        try second.add(.udp, "0.0.0.0", 53, by: client)
        #expect(try second.ports().findings.count == 4)
    }

    @Test("A cleartext service is insecure beyond loopback though approved; an obsolete one on loopback too")
    func cleartext() throws {
        var sample = SampleSockets()
        let daemon = sample.process("/usr/sbin/daemon")
        try sample.add(.tcp, "10.0.0.1", 6379, by: daemon)
        try sample.add(.tcp, "127.0.0.1", 6379, by: daemon)
        try sample.add(.tcp, "127.0.0.1", 23, by: daemon)
        try sample.add(.tcp, "10.0.0.1", 21, by: daemon)
        let report = try sample.ports("{protocol: tcp, port: [6379, 23]}")
        #expect(report.listeners.map(\.verdict) == [.insecure, .approved, .insecure, .unapproved])
        #expect(
            report.findings.lines == [
                "insecure-port medium tcp/10.0.0.1:6379", "insecure-port low tcp/127.0.0.1:23",
                "unapproved-port medium tcp/10.0.0.1:21", "insecure-port medium tcp/10.0.0.1:21",
            ])
        #expect(report.findings[1].remediation.contains("SSH"))
    }

    @Test("An expired rule approves nothing, and is reported with what still uses it")
    func expired() throws {
        var sample = SampleSockets()
        try sample.add(.tcp, "0.0.0.0", 9090, by: sample.process("/usr/sbin/web"))
        let used = "{id: web, protocol: tcp, port: 9090, address: any, expires: 2026-06-14, owner: ops}"
        let report = try sample.ports(used, "{id: old, protocol: tcp, port: 1, expires: 2026-01-01}")
        #expect(report.listeners.map(\.verdict) == [.expired] && report.listeners.map(\.rule) == ["web"])
        #expect(
            report.findings.lines == [
                "public-bind high tcp/0.0.0.0:9090", "expired-approval medium web", "expired-approval low old",
            ])
        #expect(report.findings[1].remediation.contains("ops"))
        let lastDay = try sample.ports(used, at: SampleSockets.now - 86_400)
        #expect(lastDay.listeners.map(\.verdict) == [.approved] && lastDay.findings.isEmpty)
    }

    @Test("A rule that nothing matches is reported; a pending one is not, and approves nothing")
    func unused() throws {
        var sample = SampleSockets()
        try sample.add(.tcp, "127.0.0.1", 9090, by: sample.process("/usr/sbin/web"))
        let report = try sample.ports(
            "{id: gone, protocol: tcp, port: 1}", "{id: new, protocol: tcp, port: 9090, review: pending}",
            "{id: other, protocol: tcp, port: 2, review: pending}")
        #expect(report.findings.lines == ["unapproved-port low tcp/127.0.0.1:9090", "unused-rule low gone"])
        #expect(report.findings[1].confidence == 1)
        sample.table.gaps = [Gap(what: "namespace blue", why: "not permitted")]
        let blind = try sample.ports("{id: gone, protocol: tcp, port: 1}")
        #expect(blind.findings.last?.confidence == 0.5 && blind.gaps == sample.table.gaps)
    }

    @Test("A packet socket is a sniffer until a rule for packet sockets approves it")
    func sniffers() throws {
        var sample = SampleSockets()
        let dump = sample.process("/usr/bin/tcpdump")
        try sample.add(.packet, "0.0.0.0", 0, by: dump, direction: .sniffer, interface: 2)
        let report = try sample.ports()
        #expect(report.listeners.map(\.verdict) == [.unapproved])
        #expect(report.findings.lines == ["sniffer medium packet/eth0"] && report.findings[0].techniques == ["T1040"])
        #expect(try sample.ports("{protocol: packet, process: /usr/bin/tcpdump, interface: eth0}").findings.isEmpty)
        #expect(try sample.ports("{protocol: packet, process: /usr/bin/tcpdump, interface: lo}").findings.count == 2)
    }

    @Test("Holders that could not be seen are a gap told once, and findings about them are less sure")
    func hiddenOwners() throws {
        var sample = SampleSockets()
        try sample.add(.tcp, "127.0.0.1", 9090, ownership: .unknown)
        try sample.add(.tcp, "127.0.0.1", 9091, ownership: .unknown)
        try sample.add(.tcp, "127.0.0.1", 9092, ownership: .unknown)
        let report = try sample.ports("{id: web, protocol: tcp, port: 9090-9091, process: web}")
        #expect(report.findings.filter { $0.kind == .unapprovedPort }.map(\.confidence) == [0.5, 0.5, 1])
        #expect(
            report.gaps.count == 1 && report.gaps[0].what.contains("2 listening sockets")
                && report.gaps[0].remedy == "run as root")
        #expect(try sample.ports("{protocol: tcp, port: 9090-9092}").gaps.isEmpty)
    }

    @Test("A socket that the service manager opened is told by the service that has it")
    func socketActivation() throws {
        var sample = SampleSockets()
        let manager = sample.process("/usr/lib/systemd/systemd", pid: 1, unit: "init.scope")
        let daemon = sample.process("/usr/sbin/daemon", unit: "daemon.service")
        try sample.add(.tcp, "127.0.0.1", 9090, by: manager, daemon)
        let finding = try #require(try sample.ports().findings.first)
        #expect(finding.title == "daemon listens on tcp 127.0.0.1:9090 without approval")
        #expect(finding.remediation.contains("systemctl disable --now daemon.service"))
    }

    @Test("A hostile process name changes no line, and what was seen has no control characters")
    func hostileNames() throws {
        var sample = SampleSockets()
        let process = sample.process("/tmp/a\n- b")
        sample.table.processes[0].name = "x\u{1b}[2J\n<script>"
        try sample.add(.tcp, "127.0.0.1", 9090, by: process)
        let finding = try #require(try sample.ports().findings.first)
        #expect(
            !(finding.title + finding.detail + finding.evidence.map(\.what).joined()).contains {
                $0 == "\n" || $0 == "\u{1b}"
            })
        #expect(finding.remediation.contains("user: root") && !finding.remediation.contains("process:"))
    }

    @Test("Every control that findings about sockets name exists")
    func controlsExist() throws {
        for kind in FindingKind.allCases where kind != .posture && kind != .guardBypass {
            #expect(kind.socketControls.count >= 4)
            for control in kind.socketControls { #expect(ControlCatalogue.contains(control), "\(control)") }
        }
    }

    @Test("Sockets that neither listen nor sniff are none of the ports' business")
    func others() throws {
        var sample = SampleSockets()
        try sample.add(.tcp, "8.8.8.8", 443, direction: .outbound)
        try sample.add(.tcp, "8.8.8.8", 443, direction: .inbound)
        #expect(try sample.ports().listeners.isEmpty)
    }
}
