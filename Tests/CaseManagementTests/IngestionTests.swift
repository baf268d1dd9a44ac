import Foundation
import JSON
import SQLite
import Storage
import TestSupport
import Testing
import Triage

@testable import CaseManagement

@Suite struct IngestionTests {
    let test: TestCore

    init() throws { test = try TestCore() }

    private func wazuh() throws -> [UInt8] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../TriageTests/Fixtures/wazuh.ndjson")
        return Array(try Data(contentsOf: file.standardized))
    }

    @Test("Real Wazuh alerts go through: 201 the first time, 200 and not counted the second")
    func wazuhTwice() throws {
        let first = try test.core.ingest(SubmittedAlerts(parsing: wazuh()))
        #expect(first.map(\.status) == [.created, .created, .created, .created])
        #expect(IngestionOutcome.code(of: first) == 201)
        let second = try test.core.ingest(SubmittedAlerts(parsing: wazuh()))
        #expect(second.map(\.status) == [.duplicate, .duplicate, .duplicate, .duplicate])
        #expect(second.map(\.alert) == first.map(\.alert))
        #expect(second.map(\.occurrences) == [1, 1, 1, 1])
        #expect(IngestionOutcome.code(of: second) == 200)
    }

    @Test("Something else sent under an event's id, ahead of it, does not have the event taken for a second delivery")
    func takenID() throws {
        #expect(try test.send(id: "1772352000.4711", "nothing to see", severity: "low").status == .created)
        let event = try test.send(id: "1772352000.4711", "root shell spawned by nginx", extra: ["user": "www-data"])
        #expect(event.status == .created && event.caseID != nil)
        let again = try test.send(id: "1772352000.4711", "root shell spawned by nginx", extra: ["user": "www-data"])
        #expect(again.status == .duplicate && again.alert == event.alert && again.occurrences == 1)
    }

    @Test("Of a mixed batch what can be read is stored, and the rest told why not: 207")
    func mixed() throws {
        let outcomes = try test.core.ingest(
            SubmittedAlerts(parsing: Array(#"[{"title":"one"},{"nothing":1},{"title":"two"}]"#.utf8)))
        #expect(outcomes.map(\.status.code) == [201, 400, 201])
        #expect(IngestionOutcome.code(of: outcomes) == 207)
        #expect(try test.reader().alerts(AlertFilter()).map(\.title) == ["two", "one"])
    }

    @Test("The same thing with another id is the same alert once more; count and last time grow, within a batch too")
    func repeats() throws {
        let lines = (1...5).map {
            #"{"id":"e\#($0)","rule":"r1","title":"Failed login \#($0)","host":"h","timestamp":"2026-03-01T07:0\#($0):00Z"}"#
        }
        let outcomes = try test.core.ingest(SubmittedAlerts(parsing: Array(lines.joined(separator: "\n").utf8)))
        #expect(outcomes.map(\.status) == [.created, .merged, .merged, .merged, .merged])
        let alert = try test.alert(outcomes[0])
        #expect(alert.occurrences == 5)
        #expect(alert.firstSeen.description == "2026-03-01T07:01:00Z")
        #expect(alert.lastSeen.description == "2026-03-01T07:05:00Z")
    }

    @Test("What its source calls gone is resolved and counted no further, comes back open, and its case tells of both")
    func goneAndBack() throws {
        let first = try finding("open", "a")
        for id in ["b", "c"] {
            let gone = try finding("resolved", id)
            #expect(gone.status == .merged && gone.alert == first.alert && gone.occurrences == 1)
        }
        #expect(try test.alert(first).state == "resolved")
        let seen = try test.alert(first).lastSeen
        test.advance(.seconds(60))
        #expect(try finding("resolved", "b").status == .duplicate)
        #expect(try test.alert(first).lastSeen == seen)
        #expect(try finding("open", "d").occurrences == 2)
        let back = try test.alert(first)
        #expect(back.state == "open" && back.reopened == 1 && back.caseID == first.caseID)
        let events = try test.caseFile(first.caseID).history.map(\.event)
        #expect(events.filter { ["resolved", "returned"].contains($0) } == ["resolved", "returned"])
    }

    @Test("Every row that Splunk posts is kept: two rows of one search, on one host, are two alerts")
    func splunkRows() throws {
        let outcomes = try ["u1", "u2", "u2"].map {
            try test.send(
                json:
                    #"{"sid":"rt_scheduler_1","search_name":"s","result":{"host":"h","user":"\#($0)","_raw":"login of \#($0)"}}"#
            )
        }
        #expect(outcomes.map(\.status) == [.created, .created, .duplicate])
    }

    @Test("What OCSF says later of a finding raises it, and resolves it")
    func ocsfUpdates() throws {
        func send(_ uid: String, _ severity: Int, _ status: Int) throws -> IngestionOutcome {
            try test.send(
                json:
                    #"{"class_uid":2004,"severity_id":\#(severity),"status_id":\#(status),"metadata":{"uid":"\#(uid)"},"finding_info":{"uid":"F1","title":"t"},"device":{"hostname":"h"}}"#
            )
        }
        let first = try send("m1", 2, 1)
        #expect(first.verdict == .low)
        let raised = try send("m2", 5, 2)
        #expect(raised.status == .merged && raised.alert == first.alert && raised.verdict == .critical)
        #expect(try test.alert(first).severity == .critical)
        #expect(try send("m2", 5, 2).status == .duplicate)
        #expect(try send("m3", 5, 4).status == .merged)
        #expect(try test.alert(first).state == "resolved")
    }

    private func finding(_ state: String, _ id: String) throws -> IngestionOutcome {
        try test.send(
            json:
                #"{"fingerprint":"f1","kind":"posture","severity":"high","title":"door open","host":"h","id":"\#(id)","state":"\#(state)","resource":{"kind":"setting","name":"door"}}"#
        )
    }

    @Test("What nothing looks for any more is neither open nor resolved; its case says that it is not known to be gone")
    func unchecked() throws {
        let first = try finding("open", "a")
        for id in ["b", "c"] {
            let left = try finding("unchecked", id)
            #expect(left.alert == first.alert && left.occurrences == 1)
        }
        #expect(try test.alert(first).state == "unchecked")
        var filter = SummaryFilter()
        filter.state = "unchecked"
        #expect(try test.reader().summaries(filter).alerts.map(\.id) == [first.alert])
        // Looked for again: still there, gone; and what was seen to be gone stays so when nothing looks for it.
        let back = try finding("open", "d")
        #expect(back.occurrences == 2 && back.alert == first.alert)
        #expect(try test.alert(first).state == "open")
        _ = try finding("unchecked", "e")
        _ = try finding("resolved", "f")
        #expect(try test.alert(first).state == "resolved")
        _ = try finding("unchecked", "g")
        #expect(try test.alert(first).state == "resolved")
        let history = try test.caseFile(first.caseID).history
        let events = history.filter { ["resolved", "returned", "unchecked"].contains($0.event) }
        #expect(events.map(\.event) == ["unchecked", "returned", "unchecked", "resolved"])
        #expect(events.first?.note.contains("not known to be gone") == true)
    }

    @Test("A suppression outlasts a time in which nothing looks")
    func uncheckedWhileSuppressed() throws {
        let first = try finding("open", "a")
        let alert = try #require(first.alert)
        try test.core.suppress(alert, until: test.core.now.adding(.seconds(3600)), by: "alice")
        _ = try finding("unchecked", "b")
        _ = try finding("open", "c")
        #expect(try test.alert(first).state == "suppressed")
        _ = try finding("unchecked", "d")
        test.advance(.seconds(3601))
        _ = try finding("open", "e")
        #expect(try test.alert(first).state == "open")
    }

    @Test("Where a subject has as many different values as are kept, those of long ago make room for new ones")
    func room() throws {
        func fail(from address: String) throws -> String? {
            let outcome = try test.send("Failed password for bob from \(address) port 1", severity: "low")
            return outcome.verdict?.name
        }
        for number in 0..<200 { _ = try fail(from: "203.0.\(number).7") }
        test.advance(.seconds(8 * 86_400))
        let verdicts = try (0..<5).map { try fail(from: "198.51.\($0).7") }
        // The account was tried from five addresses within the hour.
        #expect(verdicts == ["LOW", "LOW", "LOW", "LOW", "HIGH"])
    }

    @Test("What no window of a playbook reaches any more is taken away; what is in one still counts")
    func purge() throws {
        let store = try Connection(path: test.core.queue.file.path, access: .readOnly)
        func minutes() throws -> Int? { try store.first("SELECT count(*) FROM signal_counts") { $0.integer(0) } }
        func known() throws -> Int? { try store.first("SELECT count(*) FROM signal_values") { $0.integer(0) } }
        func fail(_ number: Int) throws -> String? {
            try test.send("Failed password for bob from 203.0.113.\(number) port 1", severity: "low").verdict?.name
        }
        // More than are taken away in one go, each in a minute of its own, and none within any other's window.
        let signals = StoredSignals(connection: try Connection(path: test.core.queue.file.path))
        let long = TestCore.start.adding(.seconds(-40 * 86_400))
        try signals.connection.transaction { () throws(SQLiteError) in
            for minute in 0..<2_500 {
                try signals.note(
                    "made-up", subject: "s\(minute)", values: ["v"], at: long.adding(.seconds(60 * minute)))
            }
        }
        for number in 0..<4 { _ = try fail(number) }
        let (counts, values) = (try #require(try minutes()), try #require(try known()))
        #expect(counts > 2_500 && values > 2_500)
        _ = try test.core.upkeep()
        #expect(try minutes() == counts - 2_500)
        #expect(try known() == values - 2_500)
        // The account's fifth address within the hour.
        #expect(try fail(4) == "HIGH")
        // A subject that is still seen keeps what it was seen with lately, and loses the rest.
        test.advance(.seconds(10 * 86_400))
        for number in 3..<6 { _ = try fail(number) }
        test.advance(.seconds(5 * 86_400))
        _ = try test.core.upkeep()
        let left = StoredSignals(connection: store)
        let ever = EventTime(milliseconds: Int64.min)
        let user = "brute-force/failure/user/sourceAddress"
        #expect(try left.distinct(user, subject: "bob", since: ever) == 3)
        test.advance(.seconds(10 * 86_400))
        _ = try test.core.upkeep()
        #expect(try minutes() == 0)
        #expect(try known() == 0)
    }

    @Test("A time that lies ahead is taken for now, and one from the past is believed")
    func clocks() throws {
        let ahead = try test.send("from the future", at: EventTime(text: "2030-01-01T00:00:00Z")!)
        #expect(try test.alert(ahead).lastSeen == TestCore.start)
        let past = try test.send("from the past", at: EventTime(text: "2020-01-01T00:00:00Z")!)
        #expect(try test.alert(past).lastSeen.description == "2020-01-01T00:00:00Z")
    }

    @Test("When the clock steps back, what is stored keeps its order and nothing is lost")
    func clockStepsBack() throws {
        let first = try test.send(id: "1", "steps", extra: ["rule": "r"])
        test.advance(.seconds(-3600))
        let second = try test.send(id: "2", "steps", extra: ["rule": "r"])
        #expect(first.alert == second.alert)
        #expect(try test.alert(second).lastSeen == TestCore.start)
        #expect(try test.alert(second).occurrences == 2)
    }

    @Test("A batch of a spool is taken once, however often it is sent")
    func deliveries() throws {
        let batch = try SubmittedAlerts(parsing: Array(#"[{"title":"no id of its own"}]"#.utf8))
        #expect(try test.core.ingest(batch, from: "p1", sequence: 1)?.count == 1)
        #expect(try test.core.ingest(batch, from: "p1", sequence: 1) == nil)
        #expect(try test.core.ingest(batch, from: "p2", sequence: 1)?.count == 1)
        #expect(try test.core.ingest(batch, from: "p1", sequence: 2)?.count == 1)
        #expect(try test.reader().alerts(AlertFilter()).map(\.occurrences) == [3])
    }

    @Test("A suppressed alert is counted and opens nothing until its time is up; then it opens again")
    func suppression() throws {
        let first = try test.send(id: "1", "malware on share", extra: ["rule": "r", "user": "alice"])
        let (caseID, alert) = (try #require(first.caseID), try #require(first.alert))
        try test.core.move(caseID, to: .falsePositive, by: "ann")
        try test.core.suppress(alert, until: TestCore.start.adding(.seconds(3600)), by: "ann")
        let quiet = try test.send(id: "2", "malware on share", extra: ["rule": "r", "user": "alice"])
        #expect(quiet.caseID == first.caseID)
        #expect(try test.alert(quiet).state == "suppressed")
        #expect(try test.reader().cases(CaseFilter()).count == 1)
        test.advance(.seconds(3601))
        let loud = try test.send(id: "3", "malware on share", extra: ["rule": "r", "user": "alice"])
        #expect(loud.occurrences == 3)
        #expect(try test.alert(loud).state == "open")
        #expect(try test.alert(loud).reopened == 1)
        let reopened = try test.caseRecord(loud.caseID)
        #expect(reopened.id != first.caseID)
        #expect(reopened.refersTo == first.caseID)
    }

    @Test("A suppression has an end that lies ahead")
    func suppressionEnd() throws {
        let alert = try #require(try test.send("x").alert)
        #expect(throws: CaseError.self) { try test.core.suppress(alert, until: TestCore.start, by: "ann") }
        #expect(throws: CaseError.noAlert(99)) {
            try test.core.suppress(99, until: TestCore.start.adding(.seconds(1)), by: "ann")
        }
    }

    @Test(
        "Ten failed logins in a row raise the verdict of the alert that repeats, and then the login that worked is critical"
    )
    func bruteForce() throws {
        func line(_ number: Int, _ text: String, rule: String, level: Int) -> String {
            #"{"id":"b\#(number)","timestamp":"2026-03-01T08:00:\#(10 + number)Z","rule":{"id":"\#(rule)","level":\#(level),"description":"\#(text)"},"agent":{"name":"srv"},"data":{"srcip":"203.0.113.5","dstuser":"root"}}"#
        }
        var outcome = try test.send(json: line(0, "sshd: authentication failed", rule: "5760", level: 5))
        #expect(outcome.verdict == .low)
        #expect(outcome.caseID == nil)
        for number in 1...9 {
            outcome = try test.send(json: line(number, "sshd: authentication failed", rule: "5760", level: 5))
        }
        #expect(outcome.verdict == .high)
        #expect(try test.caseRecord(outcome.caseID).verdict == .high)
        let success = try test.send(json: line(11, "sshd: successful login", rule: "5715", level: 3))
        #expect(success.verdict == .critical)
        #expect(success.caseID == outcome.caseID)
        #expect(try test.caseRecord(outcome.caseID).verdict == .critical)
    }

    @Test("Counts kept with each change are what counting would give")
    func tallies() throws {
        _ = try test.core.ingest(SubmittedAlerts(parsing: wazuh()))
        for number in 0..<30 {
            try test.send(
                id: "\(number)", "thing \(number % 7) of \(["a", "b", "c"][number % 3])",
                severity: ["low", "critical"][number % 2])
        }
        let first = try #require(try test.reader().cases(CaseFilter()).first)
        try test.core.move(first.id, to: .falsePositive, by: "ann")
        #expect(try test.reader().talliesThatDisagree().isEmpty)
    }

    @Test("A core that starts again goes on in the middle of an attack: the next alert joins the case of the first")
    func restart() throws {
        let first = try test.send("reverse shell", extra: ["user": "mallory", "srcip": "203.0.113.99"])
        test.core.queue.close()
        let again = try TestCore(tree: test.tree)
        let second = try again.send(
            "files encrypted", host: "db-1", extra: ["user": "mallory", "srcip": "203.0.113.99"])
        #expect(second.caseID == first.caseID)
        #expect(try again.caseRecord(second.caseID).alerts == 2)
    }

    @Test(
        "Whatever is sent, it is stored or refused, never worse",
        arguments: [
            #"{"title":"\u0000"}"#, #"{"title":" "}"#, #"{"title":1e308,"severity":{},"host":[],"id":{}}"#,
            #"{"title":"x","timestamp":-1,"confidence":-5}"#, #"{"rule":{"level":"99"},"title":"x"}"#,
            #"{"title":"'; DROP TABLE alerts; --"}"#, #"{"fingerprint":"","kind":"","resource":{"kind":1}}"#,
            #"{"class_uid":1}"#, #"{"@timestamp":1,"event":{}}"#, #"{"result":{},"sid":1}"#,
        ])
    func hostile(text: String) throws {
        let outcome = try test.send(json: text)
        #expect([201, 400].contains(outcome.status.code))
        let next = try test.send("still there")
        #expect(next.status == .created)
    }
}

extension StoreReader {
    /// Tallies whose number is not what the tables hold.
    func talliesThatDisagree() throws -> [String] {
        var counted: [String: Int] = [:]
        for alert in try connection.all("SELECT * FROM alerts", [], Self.alert) {
            for name in [
                "alerts", "alerts/verdict/\(alert.verdict.name)", "alerts/source/\(alert.source)",
                "alerts/severity/\(alert.severity.name)",
            ] {
                counted[name, default: 0] += 1
            }
        }
        for record in try connection.all("SELECT * FROM cases", [], Self.caseRecord) {
            for name in ["cases", "cases/state/\(record.state.rawValue)", "cases/severity/\(record.severity.name)"] {
                counted[name, default: 0] += 1
            }
        }
        var kept: [String: Int] = [:]
        try connection.query("SELECT name, count FROM tallies WHERE count != 0") { kept[$0.text(0)] = $0.integer(1) }
        return Set(kept.keys).union(counted.keys).filter { kept[$0] != counted[$0] }.map {
            "\($0): \(kept[$0] ?? 0), not \(counted[$0] ?? 0)"
        }
    }
}
