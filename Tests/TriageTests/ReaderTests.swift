import Foundation
import JSON
import Testing

@testable import Triage

/// Alerts as products send them.
enum Fixture {
    static func bytes(_ name: String) throws -> [UInt8] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
        return Array(try Data(contentsOf: file))
    }

    static func alerts(_ name: String) throws -> [Alert] {
        try SubmittedAlerts(parsing: bytes(name)).items.map { try $0.get() }
    }

    static func alert(_ name: String) throws -> Alert { try #require(try alerts(name).first) }
}

extension Alert {
    /// `kind value role,role` of each.
    var entityLines: Set<String> {
        Set(entities.map { ([$0.kind.rawValue, $0.value] + $0.roles.sorted().map(\.rawValue)).joined(separator: " ") })
    }
}

@Suite struct ReaderTests {
    @Test("The Wazuh alerts that ship in four shapes are read: id, severity by level, host, time")
    func wazuh() throws {
        let alerts = try Fixture.alerts("wazuh.ndjson")
        #expect(alerts.map(\.source) == [.wazuh, .wazuh, .wazuh, .wazuh])
        #expect(
            alerts.map(\.id) == [
                "1748554652.31442705", "1580123327.49031", "1709294400.100001", "YmKMgZUBVJrWq0tirj19",
            ])
        #expect(alerts.map(\.severity) == [.high, .informational, .high, .low])
        #expect(alerts.map(\.host) == ["endpoint-1", "ubuntu", "linux-srv-01", "wazuh"])
        #expect(alerts[2].time?.description == "2024-03-01T12:00:00Z")
        #expect(alerts[3].time?.description == "2025-03-10T13:00:00Z", "offset -0300")
        #expect(alerts[2].claimedTechniques == ["T1110"])
        #expect(alerts[0].observations.map(\.points) == [25])
    }

    @Test("What a Wazuh alert is about is found in its fields and in its line, with roles")
    func wazuhEntities() throws {
        let alerts = try Fixture.alerts("wazuh.ndjson")
        let lines = alerts[2].entityLines
        for expected in [
            "ipv4 203.0.113.5 source", "user root target", "host linux-srv-01 victim", "process sshd",
            "ipv4 10.0.0.1 victim", "port 55123 source",
        ] {
            #expect(lines.contains(expected), "\(expected) in \(lines)")
        }
        #expect(
            alerts[0].entityLines.isSuperset(of: [
                "hash 44d88612fea8a8f36de82e1278abb02f", "path c:\\users\\user1\\downloads\\asdf.txt",
            ]))
        #expect(alerts[3].entityLines.isSuperset(of: ["ipv4 89.248.163.73 source", "ipv4 152.231.98.219 destination"]))
    }

    @Test(
        "Other products' alerts are read into the same form",
        arguments: [
            ("bailey.json", AlertSource.bailey, AlertSeverity.high, "web-1", ["T1571"]),
            ("elastic.json", .elastic, .high, "win-dc01", ["T1059", "T1059.001"]),
            ("elastic-flat.json", .elastic, .medium, "bastion", []),
            ("ocsf.json", .ocsf, .critical, "files-2", ["T1486"]),
            ("splunk.json", .splunk, .high, "dns-1", ["T1071.004", "T1048"]),
        ])
    func products(file: String, source: AlertSource, severity: AlertSeverity, host: String, techniques: [String]) throws
    {
        let alert = try Fixture.alert(file)
        #expect(alert.source == source)
        #expect(alert.severity == severity)
        #expect(alert.host == host)
        #expect(alert.claimedTechniques == techniques)
        #expect(alert.id != nil)
        #expect(alert.time.map { $0 > EventTime(text: "2026-05-01T00:00:00Z")! } == true)
    }

    @Test("Entities of other products have their roles")
    func productEntities() throws {
        #expect(
            try Fixture.alert("elastic.json").entityLines.isSuperset(of: [
                "user svc_backup", "process powershell.exe child", "process winword.exe parent",
                "ipv4 198.51.100.7 source",
                "ipv6 2001:db8::7 destination", "hash 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            ]))
        #expect(
            try Fixture.alert("elastic-flat.json").entityLines.isSuperset(of: [
                "ipv4 198.51.100.9 source", "user mallory",
            ]))
        #expect(
            try Fixture.alert("ocsf.json").entityLines.isSuperset(of: [
                "user carol actor", "hash 44d88612fea8a8f36de82e1278abb02f", "process wscript.exe parent",
            ]))
        #expect(
            try Fixture.alert("splunk.json").entityLines.isSuperset(of: [
                "ipv4 10.1.2.3 source", "ipv4 203.0.113.50 destination", "domain a1b2c3.evil-domain.net", "user dave",
            ]))
    }

    @Test("No two readers claim the same document, and each fixture is claimed by one")
    func exclusive() throws {
        for file in ["wazuh.ndjson", "bailey.json", "elastic.json", "elastic-flat.json", "ocsf.json", "splunk.json"] {
            for alert in try Fixture.alerts(file) {
                #expect(AlertReaders.all.filter { $0.recognizes(alert.payload) }.count == 1, "\(file)")
            }
        }
        let names = AlertReaders.all.map { $0.source.rawValue }
        #expect(names == names.sorted())
    }

    @Test(
        "A body is an object, an array or lines, each alert for itself",
        arguments: [
            (#"{"title":"one"}"#, [true]), (#"[{"title":"one"},{"x":1},{"title":"two"}]"#, [true, false, true]),
            ("{\"title\":\"one\"}\n\nnot json\r\n{\"title\":\"two\"}\n", [true, false, true]), ("[]", []),
            (#" [ {"title":"a,]}\"["} , 5 ] "#, [true, false]), (#"[{"title":"one"},]"#, [true, false]),
        ])
    func bodies(text: String, sound: [Bool]) throws {
        let items = try SubmittedAlerts(parsing: Array(text.utf8)).items
        #expect(items.map { if case .success = $0 { true } else { false } } == sound)
    }

    @Test(
        "A body that holds no alert at all is refused with the reason",
        arguments: ["", "  \n ", "{", "not json", "[{\"title\":\"x\"}", "[1] 2", "{\n\"title\": \"x\",\n}", "\u{0}"])
    func unsound(text: String) {
        let error = #expect(throws: IngestionError.self) { try SubmittedAlerts(parsing: Array(text.utf8)) }
        #expect(error?.description.isEmpty == false)
    }

    @Test("A document that is nothing but a text is read like the text alone; with a severity it is a document")
    func textDocument() throws {
        let text = "Failed password for root from 203.0.113.9 port 22\nsecond line"
        let document = JSONValue.object(["alert_text": .text(text), "top_k": .number(3)])
        let (alert, alone) = (try AlertReaders.read(document), try AlertReaders.read(text: text))
        #expect(alert.source == .text)
        #expect(alert.fingerprint == alone.fingerprint)
        let more = JSONValue.object(["alert_text": .text(text), "severity": .text("high")])
        #expect(try AlertReaders.read(more).severity == .high)
    }

    @Test("Of a document that Bailey wrote each finding is an alert of its host, and a broken one is refused alone")
    func ownDocument() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../assessments/sample/assessment.json").standardized
        let bytes = try Data(contentsOf: path)
        let document = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        let findings = try #require(document["findings"] as? [Any]).count
        let items = try SubmittedAlerts(parsing: Array(bytes)).items
        #expect(findings > 0 && items.count == findings)
        let alerts = try items.map { try $0.get() }
        #expect(Set(alerts.map(\.host)) == ["gate.example.org"])
        #expect(alerts.allSatisfy { $0.source == .bailey && $0.id != nil })
        #expect(Set(alerts.map(\.fingerprint)).count == findings)
        let broken = #"{"schema": 1, "host": {"hostname": "a"}, "findings": [1, {"kind": "x"}]}"#
        let refused = try SubmittedAlerts(parsing: Array(broken.utf8)).items
        #expect(refused.count == 2 && refused.allSatisfy { if case .failure = $0 { true } else { false } })
    }

    @Test("A document of no known shape is refused by naming those that are known")
    func unknownShape() throws {
        let items = try SubmittedAlerts(parsing: Array(#"{"a":1}"#.utf8)).items
        #expect(throws: IngestionError.self) { try items[0].get() }
    }

    @Test("Hostile text is kept as text: controls go, length is cut, and it is told")
    func hostile() throws {
        let text = "\u{1b}[2J" + String(repeating: "x", count: 200_000)
        let alert = try AlertReaders.read(text: text)
        #expect(alert.cuts.controlCharacters == 1)
        #expect(alert.cuts.strings == 1)
        #expect(!alert.title.unicodeScalars.contains("\u{1b}"))
        #expect(throws: IngestionError.self) { try AlertReaders.read(text: "\u{0} \n\t") }
    }

    @Test("The fingerprint stays over time, ports and ids, and changes with what the alert is about")
    func fingerprints() throws {
        func alert(_ change: (String) -> String) throws -> Alert {
            let line = String(decoding: try Fixture.bytes("wazuh.ndjson"), as: UTF8.self).split(separator: "\n")[2]
            return try #require(try SubmittedAlerts(parsing: Array(change(String(line)).utf8)).items.first).get()
        }
        let first = try alert { $0 }
        let later = try alert {
            $0.replacing("55123", with: "40001").replacing("100001", with: "200002").replacing(
                "12:00:00", with: "12:00:09")
        }
        #expect(first.fingerprint == later.fingerprint)
        #expect(first.deliveryKey != later.deliveryKey)
        #expect(try alert { $0.replacing("203.0.113.5", with: "203.0.113.6") }.fingerprint != first.fingerprint)
        #expect(try alert { $0.replacing("\"root\"", with: "\"bob\"") }.fingerprint != first.fingerprint)
        #expect(try alert { $0.replacing("linux-srv-01", with: "linux-srv-02") }.fingerprint != first.fingerprint)
    }

    private func read(_ text: String) throws -> Alert {
        try #require(try SubmittedAlerts(parsing: Array(text.utf8)).items.first).get()
    }

    @Test("Each row that a search of Splunk posts is a delivery of its own; the same row posted again is the same one")
    func splunkRows() throws {
        func row(_ user: String) throws -> Alert {
            try read(#"{"sid":"rt_scheduler_1","search_name":"s","result":{"host":"h","_cd":"1:2","user":"\#(user)"}}"#)
        }
        #expect(try row("u1").deliveryKey != row("u2").deliveryKey)
        #expect(try row("u1").deliveryKey == row("u1").deliveryKey)
        let long = String(repeating: "s", count: 300)
        let keys = try ["u1", "u2"].map {
            try read(#"{"sid":"\#(long)","search_name":"s","result":{"user":"\#($0)"}}"#).deliveryKey
        }
        #expect(keys[0] != keys[1], "an id is cut at 256 characters")
    }

    @Test("Events of one finding of OCSF are deliveries of their own about one thing; its uid is no entity")
    func ocsfUpdates() throws {
        func event(_ uid: String?, _ rest: String, finding: String = "44d88612fea8a8f36de82e1278abb02f") throws -> Alert
        {
            let metadata = uid.map { #""uid":"\#($0)","# } ?? ""
            return try read(
                #"{"class_uid":2004,"metadata":{\#(metadata)"product":{"name":"p"}},"finding_info":{"uid":"\#(finding)","title":"t"},"device":{"hostname":"h"},\#(rest)}"#
            )
        }
        let first = try event("m1", #""severity_id":2"#)
        let second = try event("m2", #""severity_id":5"#)
        #expect(first.deliveryKey != second.deliveryKey && first.fingerprint == second.fingerprint)
        #expect(try event("m1", #""severity_id":2"#, finding: "f2").fingerprint != first.fingerprint)
        #expect(first.entities.map(\.kind) == [.host])
        // Without an id of the event, events that differ are told apart.
        let keys = try [2, 5, 5].map { try event(nil, #""severity_id":\#($0)"#).deliveryKey }
        #expect(keys[0] != keys[1] && keys[1] == keys[2])
    }

    @Test(
        "A finding of OCSF that is resolved or closed is gone; of other classes the numbers say something else",
        arguments: [
            (#""class_uid":2004,"status_id":4"#, true, Alert.Standing.resolved),
            (#""class_uid":2004,"status_id":2"#, true, .open),
            (#""class_uid":2004,"status":"Resolved"#, true, .resolved),
            (#""class_uid":2005,"status_id":5"#, true, .resolved),
            (#""class_uid":2002,"activity_id":3"#, true, .resolved),
            (#""class_uid":3002,"activity_id":3,"status_id":4"#, false, .open),
        ])
    func ocsfStatus(fields: String, isFinding: Bool, standing: Alert.Standing) throws {
        let closed = fields.hasSuffix("\"Resolved") ? fields + "\"" : fields
        let finding = isFinding ? #","finding_info":{"uid":"f"}"# : ""
        #expect(try read("{\(closed),\"message\":\"m\"\(finding)}").standing == standing)
    }

    @Test(
        "Of a finding of Bailey's its resource, title and detail have entities: not what names it, nor where was looked"
    )
    func findingEntities() throws {
        let alert = try read(
            #"{"fingerprint":"81adb4e1079f078f6909488c41e9a9cd","kind":"posture","severity":"high","title":"nc listens","detail":"beacon: 203.0.113.7","evidence":[{"what":"x","source":"/var/lib/dpkg/status and /srv/policy.yaml"}],"resource":{"kind":"file","name":"/srv/nc"},"controls":["nist-800-53-r5:CM-7"],"remediation":"Remove /srv/nc.","host":"web-1"}"#
        )
        #expect(alert.entityLines == ["host web-1 victim", "ipv4 203.0.113.7", "path /srv/nc"])
    }

    @Test("What a finding says should be done comes first of what is recommended")
    func remediation() throws {
        let alert = try Fixture.alert("bailey.json")
        #expect(alert.advice == ["Stop it."])
        let examination = Examination(alert, catalogue: NoTechniques())
        let result = TriageResult(examination, hits: [], history: .init(), occurrences: 1)
        #expect(result.actions.first == "Stop it." && result.actions.count > 1)
        #expect(
            TriageDocument(result.document(entities: []).compactText).texts("recommended_actions") == result.actions)
    }

    @Test("Long texts that differ only behind their first 20,000 characters are two alerts", arguments: [true, false])
    func longTexts(isText: Bool) throws {
        func alert(_ end: String) throws -> Alert {
            let text = String(repeating: "something happened again and again, ", count: 1_000) + end
            return isText
                ? try AlertReaders.read(text: text) : try AlertReaders.read(.object(["title": .text(text)]))
        }
        #expect(try alert("one").fingerprint != alert("two").fingerprint)
        #expect(try alert("one").fingerprint == alert("one").fingerprint)
        #expect(try alert("one").title.count <= 500)
    }

    @Test("Texts are alike by their words, whoever they are about; alerts of a rule by the rule")
    func likeness() throws {
        func text(_ text: String) throws -> [UInt8] { try AlertReaders.read(text: text).likeness }
        let alice = try text("Failed password for user alice from 203.0.113.5 port 4, see /srv/alice/log")
        #expect(try text("Failed password for user bob from 198.51.100.7 port 99, see /srv/bob/log") == alice)
        #expect(try text("Failed logins for user bob from 198.51.100.7 port 99, see /srv/bob/log") != alice)
        #expect(try text("trojan found: user=alice host=alpha") == text("trojan found: user=bob host=beta"))
        #expect(try text(String(repeating: "=", count: 500) + " user=a") != alice)
    }

    @Test("Titles, hosts and ids are short by what they take, not by what a reader sees as one character")
    func combiningMarks() throws {
        let marks = String(repeating: "\u{301}", count: 90_000)
        let alert = try AlertReaders.read(
            .object(["title": .text("a" + marks), "host": .text("h" + marks), "id": .text("i" + marks)]))
        #expect(alert.title.unicodeScalars.count == 500)
        #expect(alert.host.unicodeScalars.count <= 253)
        #expect(alert.id?.unicodeScalars.count == 256)
    }

    @Test("A body may not hold more values than there is room for: what comes after them is told to be sent again")
    func weight() throws {
        let one = #"{"title":"t","x":["# + Array(repeating: #"[{"":0}]"#, count: 1_000).joined(separator: ",") + "]}"
        let alerts = SubmittedAlerts.weightLimit / 9_000 + 2
        let submitted = try SubmittedAlerts(
            parsing: Array(("[" + Array(repeating: one, count: alerts).joined(separator: ",") + "]").utf8))
        #expect(submitted.items.count == alerts)
        #expect(throws: Never.self) { try submitted.items[0].get() }
        #expect(throws: IngestionError("too many values in one body: send this alert in another")) {
            try submitted.items[alerts - 1].get()
        }
    }

    @Test("Blank lines are no alerts, however many there are")
    func blankLines() throws {
        let body = Array(#"{"title":"a"}"#.utf8) + [UInt8](repeating: 0x0a, count: 100_000)
        let lines = try SubmittedAlerts(parsing: body + Array(" \r\n{\"title\":\"b\"}\n \n".utf8))
        #expect(lines.items.count == 2)
        #expect(throws: IngestionError.self) {
            try SubmittedAlerts(parsing: Array(String(repeating: "{}\n", count: 50_001).utf8))
        }
    }
}
