import Cryptography
import Foundation
import JSON
import SQLite
import TestSupport
import Testing
import Triage

@testable import CaseManagement

@Suite struct EvidenceTests {
    let test: TestCore
    let file: CaseFile
    let key: Ed25519.PrivateKey
    let pack: String

    init() throws {
        test = try TestCore()
        let extra = [
            "user": "mallory", "srcip": "203.0.113.9", "md5": "44d88612fea8a8f36de82e1278abb02f",
            "domain": "evil-site.net",
        ]
        let first = try test.send("trojan \"found\" \u{202e} in C:\\a*b?.exe", extra: extra)
        try test.send("beacon seen", host: "b", extra: extra)
        file = try test.caseFile(first.caseID)
        key = try Ed25519.PrivateKey()
        let payloads = try Self.payloads(of: file, test)
        pack = try EvidencePack.make(of: file, payloads: payloads, feedback: [], key: key, now: TestCore.start)
    }

    private static func payloads(of file: CaseFile, _ test: TestCore) throws -> [EvidencePayload] {
        try file.alerts.map {
            EvidencePayload(of: $0.id, try #require(try test.reader().payload(of: $0.id)), among: file.alerts.count)
        }
    }

    static var python: String? {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let folder = ProcessInfo.processInfo.environment["BAILEY_TEST_VENV"] ?? root.appending(path: ".build/venv").path
        let program = folder + "/bin/python3"
        return FileManager.default.isExecutableFile(atPath: program) ? program : nil
    }

    @Test("A pack has all parts of schema 1.0 and verifies against its key")
    func sound() throws {
        let document = try JSONValue(parsing: Array(pack.utf8))
        for part in [
            "case", "entities", "timeline", "mitre", "evidence_refs", "findings", "plans", "approvals", "actions",
            "status_history", "feedback", "verdict",
        ] {
            #expect(document[part] != nil, "\(part)")
        }
        #expect(document["schema_version"]?.text == "1.0")
        #expect(EvidencePack.problems(in: Array(pack.utf8), publicKey: key.publicKey) == [])
        #expect(document["evidence_refs"]?.elements?.count == 2)
    }

    @Test("Whatever is changed in a pack is found, part by part", arguments: EvidencePack.parts)
    func changedPart(part: String) throws {
        guard case .object(var members) = try JSONValue(parsing: Array(pack.utf8)) else { return }
        members[part] = .text("changed")
        let bytes = Array(JSONValue.object(members).compactText.utf8)
        #expect(EvidencePack.problems(in: bytes, publicKey: key.publicKey) == ["\(part) is not what was signed"])
        members[part] = nil
        #expect(
            EvidencePack.problems(in: Array(JSONValue.object(members).compactText.utf8), publicKey: nil) == [
                "\(part) is missing"
            ])
    }

    @Test("A changed manifest, an added part, another key and a broken document are found")
    func changedOtherwise() throws {
        guard case .object(var members) = try JSONValue(parsing: Array(pack.utf8)) else { return }
        members["extra"] = .null
        #expect(
            EvidencePack.problems(in: Array(JSONValue.object(members).compactText.utf8), publicKey: nil) == [
                "extra was not signed"
            ])
        let other = try Ed25519.PrivateKey().publicKey
        #expect(EvidencePack.problems(in: Array(pack.utf8), publicKey: other).count == 1)
        let later = pack.replacing("2026-03-01T08:00:00Z\",\"parts", with: "2027-03-01T08:00:00Z\",\"parts")
        #expect(later != pack)
        #expect(
            EvidencePack.problems(in: Array(later.utf8), publicKey: nil) == ["its signature does not fit its manifest"])
        for text in ["", "{", "[]", "{}", "{\"manifest\":1,\"signature\":2}"] {
            #expect(!EvidencePack.problems(in: Array(text.utf8), publicKey: nil).isEmpty)
        }
    }

    @Test(
        "A value that stands beside the signed one, which other readers take in its place, is found",
        arguments: [
            (#""verdict":{"#, #""verdict":{"verdict":"BENIGN","#, "it is not as it was written: 1 keys given twice"),
            (
                #","signature":{"#, #","case":{"case_id":7},"signature":{"#,
                "it is not as it was written: 1 keys given twice"
            ),
            (#""signature":{"#, #""signature":{"approved_by":"nobody","#, "signature.approved_by was not signed"),
            ("{", "\u{feff}{", "it is not a JSON document: no JSON value, at byte 0"),
        ])
    func secondValue(place: String, with other: String, problem: String) throws {
        let range = try #require(pack.range(of: place))
        let changed = pack.replacingCharacters(in: range, with: other)
        #expect(EvidencePack.problems(in: Array(changed.utf8), publicKey: key.publicKey) == [problem])
    }

    @Test("Documents of any size leave none of a pack's parts empty: those over their share are there by size and hash")
    func largePayloads() throws {
        let large = String(repeating: "z", count: 17 << 20)
        let payloads = [
            EvidencePayload(of: 1, "small", among: 2), EvidencePayload(of: 2, large, among: 2),
            // As of a case with as many alerts as a pack has.
            EvidencePayload(of: 3, large, among: 5_000),
        ]
        let pack = try EvidencePack.make(of: file, payloads: payloads, feedback: [], key: key, now: TestCore.start)
        let references = try #require(
            try UntrustedJSON.parse(Array(pack.utf8), limits: .whole).value["evidence_refs"]?.elements)
        #expect(references.map { $0["payload"] } == [.text("small"), .text(large), .null])
        #expect(references.map { $0["bytes"]?.number } == [5, 0x110_0000, 0x110_0000])
        #expect(references[1]["sha256"] == references[2]["sha256"] && references[2]["sha256"]?.text?.count == 64)
        #expect(EvidencePack.problems(in: Array(pack.utf8), publicKey: key.publicKey) == [])
    }

    @Test("What triage made of an alert of a full case is there by size and hash where it is more than its share")
    func largeTriage() throws {
        var full = file
        var large = file.alerts[0]
        // It is kept shorter than it is written: the queries about what it names are made then.
        let rows = ["a", "b", "c"].map { JSONValue.array([.text("user"), .text(String(repeating: $0, count: 2_000))]) }
        large.triage = JSONValue.object(["verdict": .text("HIGH"), "e": .array(rows)]).compactText
        let written = Array(StoredTriage(large.triage).document.compactText.utf8)
        #expect(large.triage.utf8.count < EvidencePack.share(among: 5_000))
        #expect(written.count > EvidencePack.share(among: 5_000))
        var small = file.alerts[1]
        small.triage = #"{"reasoning":["short"]}"#
        full.alerts = [large] + [AlertRecord](repeating: small, count: 4_999)
        let pack = try EvidencePack.make(of: full, payloads: [], feedback: [], key: key, now: TestCore.start)
        let findings = try #require(
            try UntrustedJSON.parse(Array(pack.utf8), limits: .whole).value["findings"]?.elements)
        #expect(findings.count == 5_000)
        #expect(findings[0]["title"]?.text == large.title)
        #expect(findings[0]["triage"]?["bytes"]?.number == Double(written.count))
        #expect(findings[0]["triage"]?["sha256"]?.text == SHA256.hash(written).hexadecimal)
        #expect(findings[1]["triage"]?["reasoning"] != nil)
    }

    @Test("What a flood of alerts does to a case takes neither people's words nor states out of its history")
    func floodedHistory() throws {
        try test.core.change { (changes) throws(SQLiteError) in
            let history = CaseHistory(changes: changes)
            for alert in 0..<5_100 {
                try history.note(file.record.id, actor: CaseHistory.core, "joined", "alert \(alert)")
            }
        }
        try test.core.comment(file.record.id, "it was mallory", by: "ann")
        try test.core.move(file.record.id, to: .falsePositive, by: "ann")
        let history = try test.caseFile(file.record.id).history
        #expect(history.count == 5_000)
        #expect(history.first?.event == "opened")
        #expect(history.last?.to == "false_positive" && history.last?.actor == "ann")
        #expect(history.contains { $0.note == "it was mallory" })
    }

    @Test("The timeline is in the order of time and has alerts and what was done")
    func timeline() throws {
        let entries = Timeline(file).entries
        #expect(entries.map(\.at) == entries.map(\.at).sorted())
        #expect(Set(entries.map(\.kind)).isSuperset(of: ["alert", "opened", "joined"]))
    }

    @Test(
        "pySigma reads the drafted rules: each with fields of its category, addresses by their part, values as they are",
        .enabled(if: python != nil, "no Python environment with pySigma (BAILEY_TEST_VENV)"))
    func sigma() throws {
        let event = try test.send(
            json: """
                {"title": "beacon seen", "host": "c", "severity": "high", "user": "mallory", "srcip": "203.0.113.9",
                 "dstip": "198.51.100.7", "process": "evil.exe", "parent_process": "dropper.exe",
                 "path": "C:\\\\temp\\\\x*.dll", "url": "http://evil-site.net/a?b", "domain": "evil-site.net",
                 "md5": "44d88612fea8a8f36de82e1278abb02f"}
                """)
        let file = try test.caseFile(event.caseID)
        let rules = try #require(SigmaRule.draft(of: file, now: TestCore.start))
        try test.tree.add("rules.yml", rules)
        try test.tree.add(
            "check.py",
            """
            import sys
            from sigma.collection import SigmaCollection
            rules = SigmaCollection.from_yaml(open(sys.argv[1]).read())
            assert not rules.errors, rules.errors
            assert len({rule.id for rule in rules.rules}) == len(rules.rules)
            for rule in rules.rules:
                for detection in rule.detection.detections.values():
                    for item in detection.detection_items:
                        for value in item.value: print(rule.logsource.category, item.field, value)
            """)
        let python = try #require(Self.python)
        let output = try RunningProgram.output(of: [
            python, "\(test.tree.path)/check.py", "\(test.tree.path)/rules.yml",
        ])
        let lines = Set(output.split(separator: "\n").map(String.init))
        for line in [
            "network_connection SourceIp 203.0.113.9", "network_connection DestinationIp 198.51.100.7",
            "process_creation User mallory", "process_creation Hashes *44d88612fea8a8f36de82e1278abb02f*",
            "dns_query QueryName *evil-site.net",
        ] {
            #expect(lines.contains(line), "\(line)\n\(output)")
        }
        #expect(!lines.contains("network_connection DestinationIp 203.0.113.9"))
        let fields = [
            "process_creation": ["Hashes", "Image", "ParentImage", "User"], "file_event": ["TargetFilename"],
            "network_connection": ["DestinationIp", "SourceIp"], "dns_query": ["QueryName"], "proxy": ["c-uri"],
        ]
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            #expect(fields[words[0]]?.contains(words[1]) == true, "\(line)")
        }
        #expect(!output.contains("\u{202e}"))
    }

    @Test("A case with nothing specific in it gives no rule")
    func noSigma() throws {
        let outcome = try test.send("trojan found", host: "c")
        #expect(SigmaRule.draft(of: try test.caseFile(outcome.caseID), now: TestCore.start) == nil)
    }
}
