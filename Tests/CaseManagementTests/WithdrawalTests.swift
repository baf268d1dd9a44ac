import SQLite
import Testing
import Triage

@testable import CaseManagement

/// What becomes of alerts that feedback lowered, once it is taken back.
@Suite struct WithdrawalTests {
    let test: TestCore

    init() throws { test = try TestCore() }

    private func send(_ number: Int, rule: String = "r9") throws -> IngestionOutcome {
        try test.send(
            id: "\(rule)/\(number)", "trojan found", host: "h\(number)", extra: ["rule": rule, "user": "u\(number)"])
    }

    @Test("Taking feedback back raises at once every alert that it had lowered, and says how many")
    func atOnce() throws {
        let (first, other) = (try send(1), try send(1, rule: "r7"))
        let feedback = try test.core.giveFeedback(on: try #require(first.alert), .falsePositive, by: "ann")
        let lowered = try (2...250).map { try send($0) }
        #expect(lowered.allSatisfy { $0.verdict == .medium })
        let untouched = try test.alert(other)
        let withdrawal = try test.core.withdrawFeedback(feedback, by: "ann")
        #expect(withdrawal == FeedbackWithdrawal(judgedAnew: 250, left: 0))
        let after = try lowered.map { try test.alert($0) }
        #expect(after.allSatisfy { $0.verdict == .high && !$0.triage.contains("lowered") })
        #expect(Set(after.map(\.confidence)) == [untouched.confidence])
        #expect(try test.alert(first).verdict == .high)
        #expect(try test.alert(other).triage == untouched.triage)
        #expect(try test.reader().talliesThatDisagree().isEmpty)
        #expect(try send(2).verdict == .high)
        #expect(try test.rejudgements() == 0)
    }

    @Test("Who takes whose feedback back stands in the case's history")
    func noted() throws {
        let first = try send(1)
        let feedback = try test.core.giveFeedback(on: try #require(first.alert), .falsePositive, by: "ann")
        try test.core.withdrawFeedback(feedback, by: "bob")
        let said = try test.caseFile(first.caseID).history.filter { $0.event == "feedback" }
        #expect(said.map(\.actor) == ["ann", "bob"])
        #expect(said.last?.note == "alert \(first.alert ?? 0): feedback \(feedback) withdrawn")
    }

    @Test("Where there are very many, it says how many are left, and the next program goes on where this one ended")
    func inSteps() throws {
        let first = try send(1)
        let feedback = try test.core.giveFeedback(on: try #require(first.alert), .falsePositive, by: "ann")
        let lowered = try (2...250).map { try send($0) }
        // It is killed in the middle: the settings let it come no further.
        var settings = CoreSettings()
        settings.rejudgedAtOnce = Rejudgement.stepLimit
        let ending = try TestCore(settings: settings, tree: test.tree)
        let withdrawal = try ending.core.withdrawFeedback(feedback, by: "ann")
        #expect(withdrawal == FeedbackWithdrawal(judgedAnew: 101, left: 150))
        let verdicts = try lowered.map { try test.alert($0).verdict }
        #expect(verdicts == Array(repeating: .medium, count: 149) + Array(repeating: .high, count: 100))
        #expect(try test.reader().talliesThatDisagree().isEmpty)
        #expect(throws: CaseError.noFeedback(feedback)) { try ending.core.withdrawFeedback(feedback, by: "ann") }
        let next = try TestCore(tree: test.tree)
        _ = try next.core.upkeep()
        #expect(try lowered.allSatisfy { try next.alert($0).verdict == .high })
        #expect(try next.rejudgements() == 0)
        #expect(try next.reader().talliesThatDisagree().isEmpty)
    }

    @Test("Of several judgements one that is taken back counts no more, and alerts that were never lowered stay")
    func several() throws {
        let before = try send(1)
        let kept = try send(2)
        let alert = try #require(before.alert)
        let ids = try ["ann", "bob", "cid"].map { try test.core.giveFeedback(on: alert, .falsePositive, by: $0) }
        let lowered = try send(3)
        #expect(lowered.verdict == .low)
        try test.core.withdrawFeedback(ids[0], by: "ann")
        #expect(try test.alert(lowered).verdict == .medium)
        #expect(try test.alert(lowered).triage.contains("called 2 of 2 alerts like this false positives"))
        #expect(try test.alert(kept).verdict == .high, "it has not come since they spoke")
        for (id, analyst) in zip(ids, ["ann", "bob", "cid"]).dropFirst() {
            try test.core.withdrawFeedback(id, by: analyst)
        }
        #expect(try test.alert(lowered).verdict == .high)
        #expect(try test.reader().talliesThatDisagree().isEmpty)
    }
}

extension TestCore {
    /// Likenesses of which some alerts are still to be judged anew.
    func rejudgements() throws -> Int? {
        try reader().connection.first("SELECT count(*) FROM rejudgements") { $0.integer(0) }
    }
}
