import Assessment
import CaseManagement
import Findings
import FoundationEssentials
import HostModel
import LinuxSystem
import Storage
import TestSupport
import Testing
import Triage

@testable import Commands

/// What an assessment tells the core of findings that are gone: by the record that it leaves, and the spool, without any core there.
@Suite struct FindingHandoverTests {
    let tree: TemporaryTree
    let host = Self.host("web-1", "/")

    private static func host(_ name: String, _ root: String) -> HostIdentity {
        HostIdentity(
            hostname: name, operatingSystem: "Debian", kernel: nil, root: root, isLive: true, observer: UserID(0))
    }

    init() throws {
        tree = try TemporaryTree()
        try tree.addDirectory("state", .init(mode: 0o700))
    }

    private var core: CoreHandover {
        CoreHandover(directory: "\(tree.path)/state", isNamed: true, producer: "assess")
    }

    /// A run in which the check `a` came out so.
    private func run(
        _ status: CheckStatus, at seconds: Double, host other: HostIdentity? = nil
    ) -> PostureAssessment {
        let check = CheckDescription(
            id: "a", title: "A", category: .files, risk: .high, rationale: "r", remediation: "m", controls: [])
        let now = Date(timeIntervalSince1970: 1_800_000_000 + seconds)
        var answer = CheckAnswer.compliant([])
        answer.status = status
        var findings: [Finding] = []
        if status == .violation {
            findings = [
                Finding(
                    kind: .posture, identity: ["a"], severity: .high, title: "Not met: A", detail: "d", evidence: [],
                    resource: Resource(.setting, "a"), remediation: "m", seenAt: now)
            ]
        }
        return PostureAssessment(
            generatedAt: now, host: other ?? host,
            results: [CheckResult(check: check, answer: answer)], controls: [],
            findings: findings, mitigations: [], newOrWorse: [], ports: nil, egress: nil,
            sockets: .unseen(Gap(what: "sockets", why: "no rights")), gaps: [])
    }

    @discardableResult
    private func hand(_ assessment: PostureAssessment) -> [String] {
        FindingHandover(core: core, assessment: assessment).hand()
    }

    private func open() -> [HandedFindings.Entry] { HandedFindings(in: core.spoolDirectory).entries }

    /// All that waits for the core, oldest first.
    private func waiting() throws -> [Alert] {
        let names = try tree.names(in: "state/spool-assess").filter { $0.hasSuffix(".batch") }
            .sorted { (Int($0.dropLast(6)) ?? 0) < (Int($1.dropLast(6)) ?? 0) }
        return try names.flatMap { name in
            try SubmittedAlerts(parsing: Array(try tree.content(of: "state/spool-assess/\(name)").utf8)).items.map {
                try $0.get()
            }
        }
    }

    @Test("A finding that its check answers to be gone is told so once, as the alert that it was")
    func gone() throws {
        hand(run(.violation, at: 0))
        #expect(open().count == 1)
        let lines = hand(run(.compliant, at: 60))
        #expect(lines.contains { $0.hasPrefix("1 findings, 1 of them gone, wait in ") }, "\(lines)")
        #expect(open().isEmpty)
        hand(run(.compliant, at: 120))
        let alerts = try waiting()
        #expect(alerts.map(\.isResolved) == [false, true])
        #expect(alerts.first?.fingerprint == alerts.last?.fingerprint)
        #expect(alerts.first?.deliveryKey != alerts.last?.deliveryKey)
    }

    @Test("What could not be looked at is not gone, nor is a finding of another host; it is remembered")
    func unseen() throws {
        hand(run(.violation, at: 0))
        hand(run(.notAssessed(why: "no rights"), at: 60))
        hand(run(.compliant, at: 120, host: Self.host("web-2", "/")))
        hand(run(.compliant, at: 130, host: Self.host("web-1", "/mnt/image")))
        #expect(open().count == 1)
        #expect(try waiting().allSatisfy { !$0.isResolved })
        hand(run(.notApplicable, at: 180))
        #expect(try waiting().last?.isResolved == true && open().isEmpty)
    }

    @Test("A run that was killed before its record was written tells the same departure again, under the same id")
    func again() throws {
        hand(run(.violation, at: 0))
        let record = try tree.content(of: "state/spool-assess/open-findings.json")
        hand(run(.compliant, at: 60))
        try tree.add("state/spool-assess/open-findings.json", record, .init(mode: 0o600))
        hand(run(.compliant, at: 120))
        let departures = try waiting().filter(\.isResolved)
        #expect(departures.count == 2 && Set(departures.map(\.deliveryKey)).count == 1)
    }

    @Test("A record that cannot be read is told, and a new one is begun")
    func broken() throws {
        hand(run(.violation, at: 0))
        try tree.add("state/spool-assess/open-findings.json", "{", .init(mode: 0o600))
        let lines = hand(run(.violation, at: 60))
        #expect(lines.first?.contains("is not a record of what was handed over") == true, "\(lines)")
        #expect(open().count == 1)
    }

    @Test("Where there is no core nothing is kept")
    func noCore() throws {
        let core = CoreHandover(directory: "\(tree.path)/state", isNamed: false, producer: "assess")
        #expect(FindingHandover(core: core, assessment: run(.violation, at: 0)).hand().isEmpty)
        #expect(try tree.names(in: "state").isEmpty)
    }

    @Test(
        "Sockets and the rules about them are gone when all sockets were read, and not where some may have been missed",
        arguments: [FindingKind.publicBind, .unapprovedPort, .sniffer, .unapprovedEgress, .unusedRule, .guardBypass])
    func sockets(kind: FindingKind) {
        var assessment = run(.compliant, at: 0)
        let resource = Resource(.socket, "tcp/0.0.0.0:22")
        #expect(!assessment.showsGone(kind, of: resource))
        assessment.ports = PortReport(
            generatedAt: assessment.generatedAt, host: host, rulesCount: 0, listeners: [], findings: [], gaps: [])
        assessment.egress = EgressReport(
            generatedAt: assessment.generatedAt, host: host, rulesCount: 0, connections: [], findings: [], gaps: [])
        #expect(assessment.showsGone(kind, of: resource) == (kind != .guardBypass))
        assessment.ports?.gaps = [Gap(what: "a namespace", why: "no rights")]
        #expect(!assessment.showsGone(kind, of: resource))
    }
}
