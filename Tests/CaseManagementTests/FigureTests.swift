import Foundation
import JSON
import TestSupport
import Testing
import Triage

@testable import CaseManagement

@Suite struct FigureTests {
    let test: TestCore

    init() throws {
        var settings = CoreSettings()
        settings.automaticTriage = 1.1
        test = try TestCore(settings: settings)
    }

    @Test("Means, rates and terms are what the cases say, over each period")
    func figures() throws {
        // Detected after 60 s and 120 s; triaged after 300 s and 1,200 s; closed, one as a false positive.
        let first = try #require(
            try test.send("trojan a", extra: ["user": "u1"], at: TestCore.start.adding(.seconds(-60))).caseID)
        let second = try #require(
            try test.send("trojan b", extra: ["user": "u2"], at: TestCore.start.adding(.seconds(-120))).caseID)
        test.advance(.seconds(300))
        try test.core.move(first, to: .triaged, by: "ann")
        test.advance(.seconds(900))
        try test.core.move(second, to: .triaged, by: "ann")
        try test.core.move(first, to: .closed, by: "ann")
        try test.core.move(second, to: .falsePositive, by: "ann")
        for period in KeyFigures.Period.allCases {
            let figures = try test.reader().keyFigures(period, now: test.core.now)
            #expect(figures.mean("detect") == .init(seconds: 90, count: 2))
            #expect(figures.mean("triage") == .init(seconds: 750, count: 2))
            #expect(figures.mean("close") == .init(seconds: 1200, count: 2))
            #expect(figures.mean("investigate") == .init(seconds: nil, count: 0))
            #expect(figures.falsePositives == Proportion(1, of: 2))
            #expect(figures.triageInTime == Proportion(1, of: 2))
            #expect(figures.responseInTime == Proportion(2, of: 2))
            #expect(figures.count("alerts/new") == 2)
        }
        test.advance(.seconds(2 * 3600))
        #expect(try test.reader().keyFigures(.hour, now: test.core.now).mean("triage").count == 0)
        #expect(try test.reader().keyFigures(.day, now: test.core.now).mean("triage").count == 2)
    }

    @Test("An alert of long ago does not count as detected late: what happened within thirty days does")
    func history() throws {
        for (number, days) in [0, 29, 31, 20_000].enumerated() {
            try test.send(
                "trojan \(number)", extra: ["user": "u\(number)"], at: TestCore.start.adding(.seconds(-days * 86_400)))
        }
        let figures = try test.reader().keyFigures(.day, now: test.core.now)
        #expect(figures.count("cases/opened") == 4)
        #expect(figures.mean("detect") == .init(seconds: 29 * 86_400 / 2, count: 2))
    }

    @Test("Accuracy counts what analysts said, by verdict, with intervals; what was withdrawn does not count")
    func accuracy() throws {
        for number in 0..<4 {
            let outcome = try test.send(
                "trojan x", host: "h\(number)", extra: ["user": "u\(number)", "rule": "r\(number)"])
            _ = try test.core.giveFeedback(
                on: outcome.alert ?? 0, number == 0 ? .falsePositive : .truePositive, by: "ann")
        }
        let low = try test.send("hello", severity: "low")
        let id = try test.core.giveFeedback(on: low.alert ?? 0, .truePositive, by: "ann")
        var accuracy = try test.reader().feedbackAccuracy()
        #expect(accuracy.overall == Proportion(3, of: 5))
        #expect(accuracy.byVerdict == [.high: Proportion(3, of: 4), .low: Proportion(0, of: 1)])
        try test.core.withdrawFeedback(id, by: "ann")
        accuracy = try test.reader().feedbackAccuracy()
        #expect(accuracy.overall == Proportion(3, of: 4) && accuracy.withdrawn == 1)
        #expect(accuracy.byConfidence.values.map(\.right.total).reduce(0, +) == 4)
        #expect(accuracy.byConfidence.allSatisfy { Int($0.value.stated * 5) == $0.key })
        #expect(try test.reader().labelledAlerts().count == 4)
    }

    @Test("Reports are made, stored, listed and read; text from alerts is escaped in the page")
    func reports() throws {
        let outcome = try test.send("<script>alert(1)</script> trojan", extra: ["user": "u1"])
        for kind in Report.Kind.allCases {
            let caseID = kind == .incident ? outcome.caseID : nil
            let report = try test.reader().makeReport(
                kind, caseID: caseID, now: test.core.now, settings: test.core.settings
            ).get()
            let id = try test.core.store(report)
            #expect(try test.reader().report(id, asPage: false) == report.document)
            _ = try JSONValue(parsing: Array(report.document.utf8))
            #expect(!report.page.contains("<script>") && report.page.contains("&lt;script&gt;"))
        }
        #expect(try test.reader().reports().map(\.kind) == Report.Kind.allCases.map(\.rawValue).reversed())
        #expect(throws: CaseError.self) {
            try test.reader().makeReport(.incident, now: test.core.now, settings: test.core.settings).get()
        }
        #expect(throws: CaseError.noCase(99)) {
            try test.reader().makeReport(.incident, caseID: 99, now: test.core.now, settings: test.core.settings).get()
        }
    }

    @Test("A summary says of an alert what its document says, and the techniques of its triage besides")
    func members() throws {
        let alert = try test.alert(
            try test.send("ransomware encrypted files", extra: ["rule": "r", "user": "mallory"]))
        func document(_ members: [AlertMember]) throws -> JSONValue {
            var writer = JSONWriter(pretty: false)
            writer.value(alert, members)
            return try JSONValue(parsing: writer.drain())
        }
        let (record, summary) = (try document(AlertMember.record), try document(AlertMember.summary))
        #expect(record.members?.count == 16 && record["techniques"] == nil)
        for member in AlertMember.summary where member != .techniques {
            #expect(summary[member.rawValue] != nil && summary[member.rawValue] == record[member.rawValue], "\(member)")
        }
        #expect(summary.members?.count == 12 && summary["techniques"]?.elements != nil)
        #expect(record["triage_id"]?.number == Double(alert.id) && record["state"]?.text == "open")
        #expect(record["last_seen"]?.text == TestCore.start.description && record["rule"]?.text == "r")
    }

    @Test(
        "Prometheus' own parser reads the metrics, and hostile alerts add no series",
        .enabled(if: EvidenceTests.python != nil, "no Python environment with prometheus_client (BAILEY_TEST_VENV)"))
    func prometheus() throws {
        let before = try PrometheusText.text(of: test.reader(), now: test.core.now)
        for number in 0..<50 {
            try test.send("trojan\n\"} evil \(number)", host: "h\(number)", extra: ["rule": "r\"\(number)"])
        }
        let text = try PrometheusText.text(of: test.reader(), now: test.core.now)
        try test.tree.add("metrics", text)
        try test.tree.add(
            "check.py",
            """
            import sys
            from prometheus_client.parser import text_string_to_metric_families
            samples = [s for f in text_string_to_metric_families(open(sys.argv[1]).read()) for s in f.samples]
            print(len(samples), int(sum(s.value for s in samples if s.name == 'bailey_alerts_stored')))
            """)
        let output = try RunningProgram.output(
            of: [try #require(EvidenceTests.python), "\(test.tree.path)/check.py", "\(test.tree.path)/metrics"])
        let numbers = output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        #expect(numbers.count == 2 && numbers[1] == 50)
        // Means appear once there is one.
        #expect(text.split(separator: "\n").count <= before.split(separator: "\n").count + KeyFigures.means.count)
    }
}
