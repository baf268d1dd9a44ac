import Cryptography
import Foundation
import JSON
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
        var payloads: [Int: String] = [:]
        for alert in file.alerts { payloads[alert.id] = try test.reader().payload(of: alert.id) }
        pack = try EvidencePack.make(of: file, payloads: payloads, feedback: [], key: key, now: TestCore.start)
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

    @Test("The timeline is in the order of time and has alerts and what was done")
    func timeline() throws {
        let entries = Timeline(file).entries
        #expect(entries.map(\.at) == entries.map(\.at).sorted())
        #expect(Set(entries.map(\.kind)).isSuperset(of: ["alert", "opened", "joined"]))
    }

    @Test(
        "pySigma reads the drafted rule, with values as they are",
        .enabled(if: python != nil, "no Python environment with pySigma (BAILEY_TEST_VENV)"))
    func sigma() throws {
        let rule = try #require(SigmaRule.draft(of: file, now: TestCore.start))
        try test.tree.add("rule.yml", rule)
        try test.tree.add(
            "check.py",
            """
            import sys
            from sigma.rule import SigmaRule
            rule = SigmaRule.from_yaml(open(sys.argv[1]).read())
            assert not rule.errors, rule.errors
            items = [i for d in rule.detection.detections.values() for i in d.detection_items]
            print(rule.title)
            for item in items:
                for value in item.value: print(value)
            """)
        let python = try #require(Self.python)
        let output = try RunningProgram.output(of: [python, "\(test.tree.path)/check.py", "\(test.tree.path)/rule.yml"])
        #expect(
            output.contains("203.0.113.9") && output.contains("44d88612fea8a8f36de82e1278abb02f")
                && output.contains("mallory"))
        #expect(!output.contains("\u{202e}"))
    }

    @Test("A case with nothing specific in it gives no rule")
    func noSigma() throws {
        let outcome = try test.send("trojan found", host: "c")
        #expect(SigmaRule.draft(of: try test.caseFile(outcome.caseID), now: TestCore.start) == nil)
    }
}
