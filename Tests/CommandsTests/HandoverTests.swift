import Auditing
import CaseManagement
import Findings
import FoundationEssentials
import LinuxSystem
import LocalIntake
import Reporting
import Storage
import TestSupport
import Testing
import Triage

@testable import Commands

/// What producers hand to the core, there or not.
@Suite struct HandoverTests {
    let tree: TemporaryTree
    let state: String

    init() throws {
        tree = try TemporaryTree()
        state = "\(tree.path)/state"
        try tree.addDirectory("state", .init(mode: 0o700))
        var configuration = AuditLog.Configuration(directory: "\(tree.path)/log")
        configuration.isAppendOnly = false
        let log = try AuditLog(configuration)
        func details(_ code: String) -> [AuditField] {
            [AuditField("code", code), AuditField("why", "no rule"), AuditField("argv", .arguments(["/usr/bin/id"]))]
        }
        try log.append(AuditDraft(.request, request: "r-1", actor: "alice(1000)"))
        try log.append(AuditDraft(.denied, request: "r-1", actor: "alice(1000)", details: details("no_rule")))
        try log.append(AuditDraft(.denied, request: "r-2", actor: "alice(1000)", details: details("no_rule")))
        try log.append(AuditDraft(.proofFailed, request: "r-3", actor: "bob(1001)", details: details("wrong")))
    }

    private func run(_ arguments: [String]) -> (code: ExitCode, output: String, error: String) {
        let recorded = RecordedConsole()
        let code = BaileyTool(environment: .test(), console: recorded.console()).run(arguments)
        return (code, recorded.output, recorded.error)
    }

    private func forward() -> (code: ExitCode, output: String, error: String) {
        run(["audit", "forward", "--core", state, "\(tree.path)/log"])
    }

    /// A core behind its socket, for as long as `body` runs.
    private func withCore(_ body: (Core) throws -> Void) throws {
        let core = try Core(
            WriteQueue(DatabaseFile(in: state), now: 0), clock: { EventTime(milliseconds: 1_800_000_000_000) })
        let server = try IntakeServer(path: "\(state)/core.sock", core: core) { _ in }
        let stop = Monitor(false)
        let thread = try OwnThread {
            while !stop.withLock({ $0 }) {
                var entries = [PollEntry(server.pollNumber)]
                guard (try? poll(&entries, until: .now + .milliseconds(20))) != nil else { return }
                if entries[0].isReadable { try? server.acceptNext() }
            }
        }
        let result = Result { try body(core) }
        stop.change { $0 = true }
        thread.join()
        try result.get()
    }

    private func alerts() throws -> [AlertRecord] { try StoreReader(DatabaseFile(in: state)).alerts(AlertFilter()) }

    @Test(
        "While the core is away the broker's refusals wait on disk, and are counted once when it is there, however often they are sent"
    )
    func audit() throws {
        let away = forward()
        #expect(away.code == .done && away.output.hasPrefix("3 findings wait in \(state)/spool-audit"))
        #expect(try tree.names(in: "state/spool-audit").contains("1.batch"))
        try withCore { _ in
            #expect(forward().code == .done)
            #expect(try tree.names(in: "state/spool-audit").filter { $0.hasSuffix(".batch") }.isEmpty)
            // The same denial twice is one alert that came twice.
            #expect(try alerts().map(\.occurrences).sorted() == [1, 2])
            #expect(try alerts().map(\.rule).sorted() == ["broker-denied", "broker-proof_failed"])
            // As if the mark had been lost.
            try tree.add("state/spool-audit/forwarded", "0\n")
            #expect(forward().output.hasPrefix("handed to the core: 3 findings"))
            #expect(try alerts().map(\.occurrences).sorted() == [1, 2])
        }
    }

    @Test("Where no core was set up there is nothing to hand over, and nothing is left behind")
    func noCore() throws {
        let handover = CoreHandover(directory: state, isNamed: false, producer: "assess")
        #expect(handover.hand([1, 2]) { _ in Array("{}".utf8) } == .noCore)
        #expect(try tree.names(in: "state").isEmpty)
        // A command made a store: that is no core.
        try tree.add("state/core.db", "")
        #expect(handover.hand([1, 2]) { _ in Array("{}".utf8) } == .noCore)
        // Once one is meant to be here, what is found waits for it.
        try tree.add("state/api-tokens.json", "")
        let outcome = handover.hand([1, 2]) { _ in Array("{}".utf8) }
        guard case .spooled(2, let why) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(why.contains("does not answer"))
    }

    @Test("A spool that is full loses nothing of what it has, and says what it could not take")
    func full() throws {
        let spool = try Spool("\(state)/spool-audit", limit: 200)
        try spool.keep(Array("{\"title\":\"one\"}".utf8))
        #expect(throws: IntakeError.self) { try spool.keep([UInt8](repeating: 0x20, count: 300)) }
        #expect(try spool.waiting().count == 1)
    }

    @Test("A finding of an assessment is read by the core as what it is")
    func findings() throws {
        let finding = Finding(
            kind: .publicBind, identity: ["tcp", "22"], severity: .high, title: "a port is open", detail: "to all",
            evidence: [], resource: Resource(.socket, "tcp/0.0.0.0:22"), techniques: ["T1571"], remediation: "close it",
            seenAt: Date(timeIntervalSince1970: 1_800_000_000))
        let lines = FindingLines.bytes(of: [finding, finding], host: "web-1")
        let alerts = try SubmittedAlerts(parsing: lines).items.map { try $0.get() }
        #expect(alerts.count == 2)
        let alert = try #require(alerts.first)
        #expect(alert.source == .bailey && alert.host == "web-1" && alert.severity == .high)
        #expect(alert.sourceFingerprint == finding.fingerprint.rawValue && alert.claimedTechniques == ["T1571"])
        #expect(alert.deliveryKey != nil && alert.deliveryKey == alerts.last?.deliveryKey)
    }
}
