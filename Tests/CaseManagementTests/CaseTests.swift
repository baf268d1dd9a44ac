import Foundation
import JSON
import Testing
import Triage

@testable import CaseManagement

@Suite struct CaseTests {
    let test: TestCore

    init() throws { test = try TestCore() }

    private func openCase() throws -> Int {
        try #require(try test.send("trojan found", extra: ["user": "mallory"]).caseID)
    }

    @Test("The states and what may follow them are those of the published table")
    func transitions() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "Fixtures/case-transitions.json")
        let table = try JSONValue(parsing: Array(try Data(contentsOf: file)))
        #expect(table["states"]?.elements?.compactMap(\.text) == CaseState.allCases.map(\.rawValue))
        for state in CaseState.allCases {
            #expect(
                table["transitions"]?[state.rawValue]?.elements?.compactMap(\.text) == state.successors.map(\.rawValue))
        }
    }

    @Test("A case goes its way step by step, and no step can be left out")
    func way() throws {
        let id = try openCase()
        var state = try test.caseRecord(id).state
        #expect(throws: CaseError.self) { try test.core.move(id, to: .executed, by: "ann") }
        for next in [CaseState.triaged, .correlated, .investigated, .planned, .approved, .executed, .closed]
        where state.permits(next) {
            test.advance(.seconds(60))
            try test.core.move(id, to: next, by: "ann", note: "step")
            state = next
        }
        let file = try test.caseFile(id)
        #expect(file.record.state == .closed)
        #expect(file.record.closedAt != nil && file.record.respondedAt != nil && file.record.investigatedAt != nil)
        #expect(throws: CaseError.self) { try test.core.move(id, to: .open, by: "ann") }
        #expect(file.history.filter { $0.event == "state" && $0.actor == "ann" }.count >= 5)
        #expect(throws: CaseError.noCase(99)) { try test.core.move(99, to: .closed, by: "ann") }
    }

    @Test("Assignee, comments and tags are kept with who did it; control characters and endless names are not")
    func people() throws {
        let id = try openCase()
        try test.core.assign(id, to: "bob", by: "ann")
        try test.core.comment(id, "looks\u{1b}[31m bad", by: "ann")
        try test.core.tag(id, "vip", by: "ann")
        let file = try test.caseFile(id)
        #expect(file.record.assignee == "bob" && file.tags == ["vip"])
        #expect(file.history.last { $0.event == "comment" }?.note == "looks[31m bad")
        try test.core.tag(id, "vip", remove: true, by: "ann")
        #expect(try test.caseFile(id).tags.isEmpty)
        for name in ["", " ", "a\u{0}b", String(repeating: "x", count: 101)] {
            #expect(throws: CaseError.self) { try test.core.assign(id, to: "bob", by: name) }
        }
        #expect(throws: CaseError.self) { try test.core.comment(id, String(repeating: "x", count: 10_001), by: "ann") }
    }

    @Test("Clocks run from the opening: met, running, overdue, missed")
    func clocks() throws {
        var settings = CoreSettings()
        settings.automaticTriage = 1.1
        let test = try TestCore(settings: settings)
        let id = try #require(try test.send("trojan found").caseID)
        func states() throws -> [String] {
            try test.caseRecord(id).clocks(now: test.core.now, settings: settings).map(\.state)
        }
        #expect(try states() == ["running", "running"])
        test.advance(.seconds(16 * 60))
        #expect(try states() == ["overdue", "running"])
        try test.core.move(id, to: .triaged, by: "ann")
        #expect(try states() == ["missed", "running"])
        try test.core.move(id, to: .closed, by: "ann")
        #expect(try states() == ["missed", "met"])
    }

    @Test("A case that stands still is moved on after 30 minutes, but never past what people decide")
    func stalled() throws {
        let id = try openCase()
        #expect(try test.core.upkeep() == [])
        for _ in 0..<8 {
            test.advance(.seconds(31 * 60))
            _ = try test.core.upkeep()
        }
        let file = try test.caseFile(id)
        #expect(file.record.state == .investigated)
        #expect(file.record.nudges <= 5)
        #expect(
            file.history.contains { $0.actor == CaseHistory.core && $0.note.contains("nobody moved it for 30 minutes") }
        )
    }

    @Test("A case is closed 15 minutes after its plan was executed")
    func automaticClosing() throws {
        let id = try openCase()
        for next in [CaseState.triaged, .correlated, .investigated, .planned, .approved, .executed]
        where try test.caseRecord(id).state.permits(next) {
            try test.core.move(id, to: next, by: "ann")
        }
        test.advance(.seconds(14 * 60))
        #expect(try test.core.upkeep() == [])
        test.advance(.seconds(60))
        #expect(try test.core.upkeep() == [id])
        #expect(try test.caseRecord(id).state == .closed)
    }

    @Test("False positives lower alerts like them, visibly, until the feedback is withdrawn")
    func feedback() throws {
        func send(_ number: Int) throws -> IngestionOutcome {
            try test.send(
                id: "\(number)", "trojan found", host: "h\(number)", extra: ["rule": "r9", "user": "u\(number)"])
        }
        let first = try send(1)
        #expect(first.verdict == .high)
        let feedback = try test.core.giveFeedback(on: first.alert ?? 0, .falsePositive, by: "ann")
        let second = try send(2)
        #expect(second.verdict == .medium)
        #expect(try test.alert(second).triage.contains("lowered from HIGH to MEDIUM"))
        try test.core.withdrawFeedback(feedback, by: "ann")
        #expect(try send(3).verdict == .high)
        #expect(throws: CaseError.noFeedback(feedback)) { try test.core.withdrawFeedback(feedback, by: "ann") }
        #expect(throws: CaseError.noAlert(99)) { try test.core.giveFeedback(on: 99, .truePositive, by: "ann") }
    }

    @Test("A false positive lowers the alert itself, and the alert when it comes again, until it is withdrawn")
    func feedbackOnItself() throws {
        func send() throws -> IngestionOutcome { try test.send("trojan found", extra: ["rule": "r9"]) }
        let first = try send()
        let alert = try #require(first.alert)
        let confidence = try test.alert(first).confidence
        let ids = try ["ann", "bob", "cid"].map { try test.core.giveFeedback(on: alert, .falsePositive, by: $0) }
        #expect(try test.alert(first).verdict == .low)
        #expect(try test.alert(first).triage.contains("lowered from HIGH to LOW"))
        let again = try send()
        #expect(again.alert == alert && again.verdict == .low && again.occurrences == 2)
        #expect(try test.reader().talliesThatDisagree().isEmpty)
        for (id, analyst) in zip(ids, ["ann", "bob", "cid"]) { try test.core.withdrawFeedback(id, by: analyst) }
        let after = try test.alert(first)
        #expect(after.verdict == .high && after.confidence == confidence && !after.triage.contains("lowered"))
        #expect(try send().verdict == .high)
        #expect(try test.reader().talliesThatDisagree().isEmpty)
    }

    @Test("A text like one that was called false is lowered when it comes again, and comes back after the withdrawal")
    func feedbackOnTexts() throws {
        func send(_ user: String) throws -> IngestionOutcome {
            try test.send(json: #"{"alert_text":"malware found in the home of user \#(user)"}"#)
        }
        let (alice, bob) = (try send("alice"), try send("bob"))
        #expect(alice.verdict == .high && bob.verdict == .high && alice.alert != bob.alert)
        let id = try test.core.giveFeedback(on: try #require(alice.alert), .falsePositive, by: "ann")
        #expect(try test.alert(bob).verdict == .high, "from then on")
        #expect(try send("bob").verdict == .medium)
        #expect(try send("carol").verdict == .medium)
        try test.core.withdrawFeedback(id, by: "ann")
        #expect(try test.alert(alice).verdict == .high && test.alert(bob).verdict == .high)
        #expect(try send("bob").verdict == .high && send("carol").verdict == .high)
        #expect(try test.reader().talliesThatDisagree().isEmpty)
    }

    @Test("What was lowered is raised again by what its playbooks count, and no further than analysts let it")
    func feedbackAndPlaybooks() throws {
        func fail() throws -> IngestionOutcome {
            try test.send("Failed password for bob from 203.0.113.5 port 1", severity: "low", extra: ["rule": "r"])
        }
        let first = try fail()
        _ = try test.core.giveFeedback(on: try #require(first.alert), .falsePositive, by: "ann")
        #expect(first.verdict == .low)
        let outcomes = try (0..<10).map { _ in try fail() }
        #expect(outcomes.last?.verdict == .medium, "HIGH by ten failures, and one step lower")
        #expect(try test.reader().talliesThatDisagree().isEmpty)
    }

    @Test(
        "Blast radius grows with what is reached and has its five levels",
        arguments: [
            (1, 1, 0, AlertSeverity.low, Set<String>(), BlastRadius.Level.contained), (1, 1, 1, .high, [], .limited),
            (3, 3, 1, .high, ["lateral-movement"], .significant), (15, 3, 2, .high, ["lateral-movement"], .severe),
            (40, 20, 10, .critical, ["impact"], .critical),
        ] as [(Int, Int, Int, AlertSeverity, Set<String>, BlastRadius.Level)])
    func blast(
        hosts: Int, users: Int, addresses: Int, severity: AlertSeverity, tactics: Set<String>, level: BlastRadius.Level
    ) {
        let radius = BlastRadius(
            hosts: hosts, users: users, publicAddresses: addresses, severity: severity, tactics: tactics)
        #expect(radius.level == level, "\(radius.value)")
    }

    @Test(
        "A case that waits for somebody's decision is told each half hour, five times in a state at most, and never moved"
    )
    func waiting() throws {
        let id = try openCase()
        for next in [CaseState.triaged, .correlated, .investigated, .planned]
        where try test.caseRecord(id).state.permits(next) {
            try test.core.move(id, to: next, by: "ann")
        }
        func told() throws -> [Notice] { try test.reader().notices(after: 0).filter { $0.event == "stalled" } }
        test.advance(.seconds(29 * 60))
        _ = try test.core.upkeep()
        #expect(try told().isEmpty)
        test.advance(.seconds(60))
        for _ in 1...3 { _ = try test.core.upkeep() }
        #expect(try told().map(\.caseID) == [id])
        #expect(try told().first?.text.hasPrefix("planned for 30 minutes, waits for a decision: ") == true)
        for _ in 1...8 {
            test.advance(.seconds(30 * 60))
            _ = try test.core.upkeep()
        }
        #expect(try told().count == 5)
        #expect(try test.caseRecord(id).state == .planned)
        try test.core.move(id, to: .approved, by: "bob")
        test.advance(.seconds(30 * 60))
        _ = try test.core.upkeep()
        #expect(try told().count == 6 && test.caseRecord(id).state == .approved)
        #expect(try test.caseFile(id).history.filter { $0.event == "stalled" }.count == 6)
    }

    @Test("Stalled cases are listed: those that nobody moved for so long and that are not over")
    func stalledList() throws {
        let (first, second) = (try openCase(), try #require(try test.send("worm found", host: "b").caseID))
        var filter = CaseFilter()
        filter.stalledSince = test.core.now.adding(.seconds(-1800))
        #expect(try test.reader().cases(filter).isEmpty)
        test.advance(.seconds(1800))
        filter.stalledSince = test.core.now.adding(.seconds(-1800))
        #expect(try test.reader().cases(filter).map(\.id) == [second, first])
        try test.core.move(second, to: .closed, by: "ann")
        #expect(try test.reader().cases(filter).map(\.id) == [first])
        filter.severity = .low
        #expect(try test.reader().cases(filter).isEmpty)
    }

    @Test(
        "Nobody acts under the name that the core itself has in histories", arguments: ["bailey-core", " Bailey-Core "])
    func nameOfCore(name: String) throws {
        let test = try TestCore()
        let caseID = try #require(try test.send("trojan found").caseID)
        #expect(throws: CaseError.self) { try test.core.comment(caseID, "seen", by: name) }
        #expect(throws: CaseError.self) { try test.core.move(caseID, to: .closed, by: name) }
        #expect(throws: CaseError.self) { try test.core.assign(caseID, to: name, by: "ann") }
        #expect(try test.caseFile(caseID).history.allSatisfy { $0.event == "opened" || $0.event == "state" })
    }
}
