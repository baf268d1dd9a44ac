import Assessment
import Findings
import HostModel
import Policies
import Testing

/// What fixtures cannot say: reports with gaps, findings and sockets nobody can decide about.
@Suite struct SocketCheckTests {
    private static let socket = Socket(
        transport: .tcp, family: .ipv4, state: .listening,
        local: Endpoint(.ip(.anyIPv4), port: 8080), remote: Endpoint(.ip(.anyIPv4), port: 0), userID: .root, inode: 1,
        namespace: 0)

    private func check(_ id: String) throws -> any Check {
        try #require(CheckRegistry.builtIn.first { $0.description.id == id })
    }

    private func context(isUndecided: Bool, verdict: PortVerdict, gaps: [Gap] = [], holderGaps: Set<Gap> = [])
        -> AssessmentContext
    {
        var listener = PortReport.Listener(socket: Self.socket, exposure: .public, verdict: verdict, rule: nil)
        listener.isUndecided = isUndecided
        var context = StubHost.context(ports: [])
        context.ports?.listeners = [listener]
        var table = SocketTable()
        table.gaps = gaps
        table.holderGaps = holderGaps
        context.snapshot.sockets = .seen(table, from: "netlink")
        return context
    }

    @Test("A listener that a rule approves for a process nobody could see is not assessed, not a violation")
    func undecided() throws {
        let check = try check("open_ports_approved")
        #expect(check.evaluate(context(isUndecided: true, verdict: .unapproved)).status.name == "not_assessed")
        #expect(check.evaluate(context(isUndecided: false, verdict: .unapproved)).status == .violation)
    }

    @Test(
        "Sockets that could not be seen leave the question open, holders that could not be seen do not",
        arguments: ["open_ports_approved", "insecure_ports_remediated"])
    func gaps(id: String) throws {
        let check = try check(id)
        let gap = Gap(what: "sockets of net:[4026532000]", why: "Permission denied")
        #expect(
            check.evaluate(context(isUndecided: false, verdict: .approved, gaps: [gap])).status
                == .notAssessed(why: "\(gap.what): \(gap.why)"))
        #expect(
            check.evaluate(context(isUndecided: false, verdict: .approved, gaps: [gap], holderGaps: [gap])).status
                == .compliant)
    }

    @Test("A cleartext service that a finding names is a violation, with the finding's evidence")
    func insecure() throws {
        var context = context(isUndecided: false, verdict: .unapproved)
        context.ports?.findings = [StubHost.finding("tcp/0.0.0.0:23", kind: .insecurePort)]
        let answer = try check("insecure_ports_remediated").evaluate(context)
        #expect(answer.status == .violation)
        #expect(answer.evidence.contains(Evidence("tcp/0.0.0.0:23", from: "netlink")))
    }

    @Test("Rules that are pending or out of date are no allowlist")
    func pendingRules() throws {
        var context = StubHost.context()
        var report = EgressReport(
            generatedAt: StubHost.now, host: StubHost.host, rulesCount: 3, connections: [], findings: [], gaps: [])
        let check = try check("egress_allowlist_configured")
        context.egress = report
        #expect(check.evaluate(context).status == .compliant)
        report.rulesInForce = 0
        report.outwardRulesInForce = 0
        context.egress = report
        #expect(check.evaluate(context).status == .violation)
    }

    @Test("Sixty thousand connections to one place are one line of evidence, to many places at most a hundred")
    func manyConnections() throws {
        func answer(_ destinations: UInt32) throws -> CheckAnswer {
            var context = StubHost.context()
            var report = EgressReport(
                generatedAt: StubHost.now, host: StubHost.host, rulesCount: 1, connections: [], findings: [], gaps: [])
            report.connections = (0..<60_000 as Range<UInt32>).map { index in
                var socket = Self.socket
                socket.remote = Endpoint(.ip(IPAddress(ipv4: 0x0a00_0000 + index % destinations)), port: 443)
                return EgressReport.Connection(socket: socket, verdict: .unapproved, rule: nil, remoteName: nil)
            }
            context.egress = report
            return try check("egress_connections_approved").evaluate(context)
        }
        #expect(try answer(1).evidence.first?.what == "tcp to 10.0.0.0 port 443: 60000 connections, no rule covers it")
        #expect(try answer(5_000).evidence.count <= 101)
    }
}
