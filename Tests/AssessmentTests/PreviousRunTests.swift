import Assessment
import Findings
import HostModel
import Testing

import struct FoundationEssentials.Date

@Suite struct PreviousRunTests {
    @Test("What a run concluded is read back from its documents, to the second")
    func roundTrip() throws {
        var runs = Runs()
        let finding = StubHost.finding("tcp/0.0.0.0:80")
        let first = runs.run(
            [StubCheck("bad", .notMet), StubCheck("good", .met, risk: .low), StubCheck("blind", .unseen)],
            ports: [finding])
        let results = try #require(runs.previous().results.value)
        #expect(results.generatedAt == StubHost.now)
        #expect(results.checks.mapValues(\.status) == ["bad": .violation, "good": .compliant, "blind": .notAssessed])
        #expect(results.checks.mapValues(\.risk) == ["bad": .high, "good": .low, "blind": .high])
        #expect(Set(results.findings.keys) == Set(first.findings.map(\.fingerprint)))
        #expect(results.findings[finding.fingerprint]?.firstSeen == StubHost.now)
        let mitigations = runs.previous().mitigations
        #expect(Set(mitigations.keys) == Set(first.mitigations.map(\.id)))
        #expect(mitigations["bad"]?.owner == "security" && mitigations["bad"]?.openedAt == StubHost.now)
        #expect(mitigations["bad"]?.isOfFinding == false)
        #expect(mitigations[finding.fingerprint.rawValue]?.isOfFinding == true)
        #expect(runs.previous().gaps.isEmpty)
    }

    @Test("The first run has nothing to compare with, and says so")
    func firstRun() {
        var runs = Runs()
        let first = runs.run([StubCheck("bad", .notMet)], ports: [StubHost.finding("tcp/0.0.0.0:80")])
        #expect(first.comparison == .firstRun)
        #expect(first.newOrWorse.isEmpty && first.gaps.isEmpty)
        #expect(RegressionMessage(first) == nil)
    }

    @Test(
        "A run before that cannot be read is no first run: nothing is called new, and the gap says why",
        arguments: [
            ("cut short", "{\"schema\": 1, \"results\": [", "JSON"), ("empty", "", "JSON"),
            ("no object", "[]", "not a JSON object"), ("no results", "{\"schema\": 1}", "lists no results"),
            ("newer", "{\"schema\": 2, \"results\": [], \"findings\": []}", "newer Bailey (schema 2)"),
            ("another host", "{\"schema\": 1, \"host\": {\"hostname\": \"other\", \"root\": \"/\"}}", "host other"),
            ("another tree", "{\"schema\": 1, \"host\": {\"root\": \"/mnt\"}}", "file tree /mnt"),
        ])
    func unreadable(name: String, document: String, why: String) throws {
        var runs = Runs()
        _ = runs.run([StubCheck("bad", .notMet)])
        runs.replaceAssessment(Array(document.utf8))
        let second = runs.run([StubCheck("bad", .notMet), StubCheck("worse", .notMet)], at: StubHost.days(1))
        guard case .impossible(let gap) = second.comparison else {
            Issue.record("\(second.comparison)")
            return
        }
        #expect(gap.why.contains(why), "\(gap.why)")
        #expect(second.gaps.contains(gap))
        #expect(second.newOrWorse.isEmpty)
        #expect(second.findings.allSatisfy { $0.firstSeen == StubHost.days(1) })
        #expect(second.mitigations.first { $0.id == "bad" }?.openedAt == StubHost.now, "the summary was whole")
        let message = try #require(RegressionMessage(second)).description
        #expect(message.contains("could not be compared"))
    }

    @Test("A document that was taken away, or may not be read, is no first run either")
    func missing() {
        var runs = Runs()
        _ = runs.run([StubCheck("bad", .notMet)])
        runs.replaceAssessment(nil)
        guard case .unseen = runs.previous().results else {
            Issue.record("\(runs.previous().results)")
            return
        }
        let denied = Gap(what: "assessment.json", why: "Permission denied")
        let run = PreviousRun(
            assessment: .unseen(denied), summary: .absent(why: "none", from: "s"), host: StubHost.host)
        #expect(run.results == .unseen(denied) && run.gaps == [denied])
    }

    @Test("A summary that cannot be read costs the owners edited in it, and a gap")
    func corruptSummary() {
        var runs = Runs()
        _ = runs.run([StubCheck("bad", .notMet)])
        runs.replaceSummary(Array("{".utf8))
        let second = runs.run([StubCheck("bad", .notMet)], at: StubHost.days(1))
        #expect(second.comparison == .compared(with: StubHost.now))
        #expect(second.mitigations.first?.openedAt == StubHost.now, "assessment.json lists it too")
        #expect(second.gaps.count == 1)
    }

    @Test("Results that make no sense are counted in a gap and the others are read")
    func partlyUnreadable() throws {
        var runs = Runs()
        _ = runs.run([StubCheck("bad", .notMet), StubCheck("good", .met)])
        runs.edit("\"status\": \"compliant\"", to: "\"status\": \"splendid\"")
        let previous = runs.previous()
        #expect(try #require(previous.results.value).checks.keys.sorted() == ["bad"])
        #expect(previous.gaps.first?.why.hasPrefix("1 of 3 results") == true, "\(previous.gaps)")
    }

    @Test("Text of an old document cannot smuggle control characters into a new one")
    func hostileOwner() throws {
        var runs = Runs()
        _ = runs.run([StubCheck("bad", .notMet)])
        runs.edit(
            "\"owner\": \"security\"",
            to: "\"owner\": \"\\u001b[2Jada\\n\\u202e\(String(repeating: "x", count: 5_000))\"")
        let owner = runs.run([StubCheck("bad", .notMet)]).mitigations[0].owner
        #expect(owner.hasPrefix(" [2Jada x") && owner.count <= 201)
    }
}

@Suite struct RegressionTests {
    private func regressions(
        from before: ControlResult.Status, to now: ControlResult.Status
    ) -> [Regression] {
        var runs = Runs()
        _ = runs.run([StubCheck("check", .named(before))])
        return runs.run([StubCheck("check", .named(now))], at: StubHost.days(1)).newOrWorse
    }

    @Test(
        "A check that is worse, or that nobody can look at any more, is reported with both statuses",
        arguments: [
            (.compliant, .violation), (.compliant, .partial), (.partial, .violation), (.notApplicable, .violation),
            (.notAssessed, .violation), (.notAssessed, .partial), (.compliant, .notAssessed),
            (.violation, .notAssessed), (.notApplicable, .notAssessed),
        ] as [(ControlResult.Status, ControlResult.Status)])
    func worse(before: ControlResult.Status, now: ControlResult.Status) throws {
        let found = regressions(from: before, to: now)
        #expect(found.map(\.change) == [.statusWorse])
        #expect(found.first?.id == "check")
        #expect(found.first?.before == before.rawValue && found.first?.now == now.rawValue)
    }

    @Test(
        "A check that is the same or better is not reported",
        arguments: [
            (.violation, .violation), (.violation, .partial), (.violation, .compliant), (.partial, .compliant),
            (.compliant, .notApplicable), (.notApplicable, .compliant), (.notAssessed, .compliant),
            (.notAssessed, .notAssessed), (.notAssessed, .notApplicable),
        ] as [(ControlResult.Status, ControlResult.Status)])
    func notWorse(before: ControlResult.Status, now: ControlResult.Status) {
        #expect(regressions(from: before, to: now).isEmpty)
    }

    @Test("A finding that was not there is new, one whose severity rose is worse, and the worst stands first")
    func findings() {
        var runs = Runs()
        _ = runs.run([], ports: [StubHost.finding("old"), StubHost.finding("rising", severity: .medium)])
        let second = runs.run(
            [], at: StubHost.days(1),
            ports: [
                StubHost.finding("old"), StubHost.finding("rising", severity: .critical),
                StubHost.finding("new", severity: .low),
            ])
        #expect(second.newOrWorse.map(\.change) == [.riskWorse, .newFinding])
        #expect(second.newOrWorse.map(\.before) == ["medium", nil])
        #expect(second.newOrWorse.map(\.now) == ["critical", "low"])
        #expect(second.comparison == .compared(with: StubHost.now))
    }

    @Test(
        "A check that did not exist before is new when it is not met; a risk that rose is worse while the check is not met"
    )
    func checks() {
        var runs = Runs()
        _ = runs.run([StubCheck("known", .notMet, risk: .low), StubCheck("met", .met, risk: .low)])
        let second = runs.run([
            StubCheck("known", .notMet, risk: .high), StubCheck("met", .met, risk: .high),
            StubCheck("new-bad", .notMet),
            StubCheck("new-good", .met), StubCheck("new-blind", .unseen),
        ])
        #expect(second.newOrWorse.map(\.id) == ["known", "new-bad"])
        #expect(second.newOrWorse.map(\.change) == [.riskWorse, .newFinding])
    }

    @Test("The message names what is worse on lines without control characters, and is bounded")
    func message() throws {
        var runs = Runs()
        _ = runs.run([StubCheck("check", .met)])
        let hostile = "tcp/\u{1b}[31m\nname\r" + String(repeating: "x", count: 3_000)
        let many = (1...80).map { StubHost.finding("\(hostile)\($0)") }
        let second = runs.run([StubCheck("check", .notMet, risk: .critical)], at: StubHost.days(1), ports: many)
        let text = try #require(RegressionMessage(second)).description
        let lines = text.split(separator: "\n")
        #expect(lines[0] == "Bailey: 81 new or worse on bailey-test since 2026-11-21T03:00:00Z")
        #expect(lines[1] == "- [critical] compliant -> violation: Title of check (check)")
        #expect(lines.count == 52)
        #expect(lines[51] == "- and 31 more: see compliance-summary.json")
        #expect(lines.allSatisfy { $0.count <= 210 })
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
        #expect(RegressionMessage(runs.run([StubCheck("check", .notMet)], ports: many)) == nil)
    }
}
