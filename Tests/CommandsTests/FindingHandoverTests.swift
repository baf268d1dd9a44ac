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

    /// A run in which the check `a` came out so; nil for a run that has no such check.
    private func run(
        _ answered: CheckStatus?, at seconds: Double, host other: HostIdentity? = nil
    ) -> PostureAssessment {
        let status = answered ?? .compliant
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
            results: answered == nil ? [] : [CheckResult(check: check, answer: answer)], controls: [],
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
        #expect(alerts.map(\.standing) == [.open, .resolved])
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
        #expect(try waiting().allSatisfy { $0.standing == .open })
        hand(run(.notApplicable, at: 180))
        #expect(try waiting().last?.standing == .resolved && open().isEmpty)
    }

    @Test("A finding whose check is no more is told once as no longer looked for, never as mended")
    func unchecked() throws {
        hand(run(.violation, at: 0))
        let lines = hand(run(nil, at: 60))
        #expect(lines.contains { $0.hasPrefix("1 findings, 1 of them no longer looked for, wait in ") }, "\(lines)")
        hand(run(nil, at: 120))
        let alerts = try waiting()
        #expect(alerts.map(\.standing) == [.open, .unchecked])
        #expect(alerts.first?.fingerprint == alerts.last?.fingerprint)
        #expect(alerts.last?.body.contains("Whether it is mended is not known") == true)
    }

    @Test("A check that comes back says what became of it: gone, or still there, and then its next departure is told")
    func checkedAgain() throws {
        hand(run(.violation, at: 0))
        hand(run(nil, at: 60))
        hand(run(.notAssessed(why: "no rights"), at: 90))
        #expect(open().map(\.isUnchecked) == [true])
        hand(run(.violation, at: 120))
        #expect(open().map(\.isUnchecked) == [false])
        hand(run(nil, at: 180))
        hand(run(.compliant, at: 240))
        #expect(open().isEmpty)
        let alerts = try waiting()
        #expect(alerts.map(\.standing) == [.open, .unchecked, .open, .unchecked, .resolved])
        #expect(Set(alerts.map(\.deliveryKey)).count == 5)
    }

    @Test("A finding of a kind that this version does not know is nothing that it looks for")
    func foreignKind() throws {
        hand(run(.violation, at: 0))
        let record = try tree.content(of: "state/spool-assess/open-findings.json")
        try tree.add(
            "state/spool-assess/open-findings.json",
            record.replacing(#""kind":"posture""#, with: #""kind":"of-tomorrow""#), .init(mode: 0o600))
        hand(run(.compliant, at: 60))
        #expect(try waiting().map(\.standing) == [.open, .unchecked])
        #expect(open().map(\.kind) == ["of-tomorrow"])
    }

    @Test("A run that was killed before its record was written tells the same departure again, under the same id")
    func again() throws {
        hand(run(.violation, at: 0))
        let record = try tree.content(of: "state/spool-assess/open-findings.json")
        hand(run(.compliant, at: 60))
        try tree.add("state/spool-assess/open-findings.json", record, .init(mode: 0o600))
        hand(run(.compliant, at: 120))
        let departures = try waiting().filter { $0.standing == .resolved }
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
        func absence() -> FindingAbsence { assessment.absence(of: kind.rawValue, named: "tcp/0.0.0.0:22") }
        #expect(absence() == .unseen)
        assessment.ports = PortReport(
            generatedAt: assessment.generatedAt, host: host, rulesCount: 0, listeners: [], findings: [], gaps: [])
        assessment.egress = EgressReport(
            generatedAt: assessment.generatedAt, host: host, rulesCount: 0, connections: [], findings: [], gaps: [])
        #expect(absence() == (kind == .guardBypass ? .unseen : .gone))
        assessment.ports?.gaps = [Gap(what: "a namespace", why: "no rights")]
        #expect(absence() == .unseen)
    }
}
