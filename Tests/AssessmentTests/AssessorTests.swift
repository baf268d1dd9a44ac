import Assessment
import ControlFrameworks
import Findings
import HostModel
import Reporting
import Testing

import struct FoundationEssentials.Date

/// Runs, one after the other, each reading what the one before wrote.
struct Runs {
    var settings = MitigationSettings(defaultOwner: "security", dueDays: [.critical: 7, .high: 30])
    private(set) var assessment: [UInt8]?
    private(set) var summary: [UInt8]?

    /// Assesses, and writes both documents by the real writers.
    mutating func run(
        _ checks: [StubCheck], at now: Date = StubHost.now, ports: [Finding]? = [], host: HostIdentity = StubHost.host
    ) -> PostureAssessment {
        let result = Assessor(checks: checks, settings: settings)
            .assess(StubHost.context(at: now, ports: ports, host: host), previous: previous(of: host))
        assessment = AssessmentDocument(result).bytes
        summary = ComplianceSummaryDocument(result).bytes
        return result
    }

    func previous(of host: HostIdentity = StubHost.host) -> PreviousRun {
        PreviousRun(
            assessment: Self.observation(assessment, "assessment.json"),
            summary: Self.observation(summary, "compliance-summary.json"), host: host)
    }

    /// Changes text in both documents, as a person with an editor would.
    mutating func edit(_ old: String, to new: String, inAssessmentToo: Bool = true) {
        func edited(_ bytes: [UInt8]?) -> [UInt8]? {
            bytes.map { Array(String(decoding: $0, as: UTF8.self).replacing(old, with: new).utf8) }
        }
        if inAssessmentToo { assessment = edited(assessment) }
        summary = edited(summary)
    }

    mutating func replaceAssessment(_ bytes: [UInt8]?) { assessment = bytes }
    mutating func replaceSummary(_ bytes: [UInt8]?) { summary = bytes }

    private static func observation(_ bytes: [UInt8]?, _ name: String) -> Observation<[UInt8]> {
        bytes.map { .seen($0, from: name) } ?? .absent(why: "there is no \(name)", from: name)
    }
}

@Suite struct AssessorTests {
    @Test("Violations and partial checks become findings, which one check's fingerprint names from run to run")
    func findings() throws {
        var runs = Runs()
        let checks = [
            StubCheck("bad", .notMet), StubCheck("half", .partlyMet, risk: .low), StubCheck("good", .met),
            StubCheck("blind", .unseen), StubCheck("elsewhere", .irrelevant),
        ]
        let first = runs.run(checks)
        #expect(first.findings.map(\.resource.name) == ["bad", "half"])
        let bad = try #require(first.findings.first)
        #expect(bad.kind == .posture && bad.severity == .high && bad.detail == "all of it")
        #expect(!bad.evidence.isEmpty && !bad.remediation.isEmpty)
        let second = runs.run(checks, at: StubHost.days(3))
        #expect(second.findings.map(\.fingerprint) == first.findings.map(\.fingerprint))
        #expect(second.findings.allSatisfy { $0.firstSeen == StubHost.now && $0.lastSeen == StubHost.days(3) })
    }

    @Test("Port findings are joined with the checks', and keep when they were first seen in both places")
    func portFindings() throws {
        var runs = Runs()
        _ = runs.run([], ports: [StubHost.finding("tcp/0.0.0.0:80")])
        let later = StubHost.days(1)
        let second = runs.run(
            [StubCheck("bad", .notMet, risk: .critical)], at: later,
            ports: [StubHost.finding("tcp/0.0.0.0:80", at: later), StubHost.finding("tcp/0.0.0.0:81", at: later)])
        #expect(second.findings.map(\.resource.name) == ["bad", "tcp/0.0.0.0:80", "tcp/0.0.0.0:81"])
        #expect(second.findings.map(\.firstSeen) == [later, StubHost.now, later])
        #expect(second.ports?.findings.map(\.firstSeen) == [StubHost.now, later])
    }

    @Test("A time of first sight in the future is not believed")
    func futureFirstSeen() {
        var runs = Runs()
        _ = runs.run([StubCheck("bad", .notMet)])
        runs.edit("\"first_seen\": \"2026", to: "\"first_seen\": \"2096")
        #expect(runs.run([StubCheck("bad", .notMet)], at: StubHost.days(1)).findings[0].firstSeen == StubHost.days(1))
    }

    @Test("Results stand by id, and the same input gives the same bytes")
    func determinism() {
        let checks = ["c", "a", "b"].map { StubCheck($0, .notMet) }
        func bytes(_ checks: [StubCheck]) -> [UInt8] {
            AssessmentDocument(Assessor(checks: checks).assess(StubHost.context(), previous: .none)).bytes
        }
        #expect(bytes(checks) == bytes(checks.reversed()))
    }

    @Test("Every gap is in the assessment, once")
    func gaps() {
        let gap = Gap(what: "processes of other users", why: "Permission denied", remedy: "run as root")
        let assessment = Assessor(checks: []).assess(StubHost.context(gaps: [gap, gap]), previous: .none)
        #expect(assessment.gaps == [gap])
    }
}

@Suite struct MitigationTests {
    @Test("A mitigation is opened with the default owner, and due by the risk's days")
    func opened() throws {
        var runs = Runs()
        let mitigation = try #require(runs.run([StubCheck("bad", .notMet)]).mitigations.first)
        #expect(mitigation.id == "bad" && mitigation.owner == "security")
        #expect(mitigation.due == "2026-12-21")
        #expect(mitigation.openedAt == StubHost.now && !mitigation.isOverdue)
    }

    @Test("Owner and due date are kept over runs, whatever the configuration says by then")
    func kept() throws {
        var runs = Runs()
        _ = runs.run([StubCheck("bad", .notMet)])
        runs.settings = MitigationSettings(defaultOwner: "somebody else", dueDays: [.high: 1])
        let second = try #require(runs.run([StubCheck("bad", .partlyMet)], at: StubHost.days(20)).mitigations.first)
        #expect(second.owner == "security" && second.due == "2026-12-21" && second.openedAt == StubHost.now)
    }

    @Test("What a person edited in the summary is kept")
    func edited() throws {
        var runs = Runs()
        _ = runs.run([StubCheck("bad", .notMet)])
        runs.edit("\"owner\": \"security\"", to: "\"owner\": \"ada\"", inAssessmentToo: false)
        runs.edit("\"due\": \"2026-12-21\"", to: "\"due\": \"2027-03-01\"", inAssessmentToo: false)
        for run in 1...2 {
            let mitigation = try #require(
                runs.run([StubCheck("bad", .notMet)], at: StubHost.days(Double(run))).mitigations.first)
            #expect(mitigation.owner == "ada" && mitigation.due == "2027-03-01")
        }
    }

    @Test(
        "A due date that is no day is set again, and the gap says so",
        arguments: ["next week", "2026-13-01", "2026-02-30", ""])
    func unreadableDue(text: String) throws {
        var runs = Runs()
        _ = runs.run([StubCheck("bad", .notMet)])
        runs.edit("\"due\": \"2026-12-21\"", to: "\"due\": \"\(text)\"")
        let second = runs.run([StubCheck("bad", .notMet)], at: StubHost.days(5))
        #expect(second.mitigations.first?.due == "2026-12-21")
        #expect(second.gaps.contains { $0.why.contains("due date of bad") })
    }

    @Test("It is overdue from the day after its due date", arguments: [(29.0, false), (30.0, false), (31.0, true)])
    func overdue(days: Double, isOverdue: Bool) throws {
        var runs = Runs()
        _ = runs.run([StubCheck("bad", .notMet)])
        #expect(runs.run([StubCheck("bad", .notMet)], at: StubHost.days(days)).mitigations[0].isOverdue == isOverdue)
    }

    @Test("What was mended and comes back is opened anew")
    func reopened() throws {
        var runs = Runs()
        _ = runs.run([StubCheck("bad", .notMet)])
        #expect(runs.run([StubCheck("bad", .met)], at: StubHost.days(1)).mitigations.isEmpty)
        let again = try #require(runs.run([StubCheck("bad", .notMet)], at: StubHost.days(2)).mitigations.first)
        #expect(again.openedAt == StubHost.days(2) && again.due == "2026-12-23")
    }

    @Test("A check that cannot be assessed keeps the mitigation it had, and opens none")
    func blind() {
        var runs = Runs()
        _ = runs.run([StubCheck("bad", .notMet), StubCheck("other", .met)])
        let blind = runs.run([StubCheck("bad", .unseen), StubCheck("other", .unseen)], at: StubHost.days(1))
        #expect(blind.mitigations.map(\.id) == ["bad"])
        #expect(runs.run([StubCheck("bad", .notMet)], at: StubHost.days(2)).mitigations[0].openedAt == StubHost.now)
    }

    @Test("A finding that no check sums up has a mitigation of its own, kept over a run that saw no sockets")
    func findings() throws {
        var runs = Runs()
        let finding = StubHost.finding("tcp/0.0.0.0:80")
        let others = [StubHost.finding("tcp/:81", kind: .unapprovedPort), StubHost.finding("r", kind: .unusedRule)]
        let first = runs.run([], ports: [finding] + others)
        #expect(first.mitigations.map(\.id) == [finding.fingerprint.rawValue])
        let blind = runs.run([], at: StubHost.days(1), ports: nil)
        #expect(blind.mitigations.map(\.title) == [finding.title])
        #expect(blind.mitigations[0].openedAt == StubHost.now)
        #expect(runs.run([], at: StubHost.days(2), ports: []).mitigations.isEmpty)
    }

    @Test("The worst risk stands first, then what is due first")
    func order() {
        let assessment = Assessor(
            checks: [
                StubCheck("a", .notMet, risk: .low), StubCheck("b", .notMet, risk: .critical),
                StubCheck("c", .notMet, risk: .high),
            ], settings: MitigationSettings()
        ).assess(StubHost.context(), previous: .none)
        #expect(assessment.mitigations.map(\.id) == ["b", "c", "a"])
        #expect(assessment.mitigations.map(\.owner) == ["unassigned", "unassigned", "unassigned"])
    }
}
