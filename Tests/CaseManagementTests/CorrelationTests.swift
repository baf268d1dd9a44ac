import Foundation
import JSON
import Testing
import Triage

@testable import CaseManagement

@Suite struct CorrelationTests {
    let test: TestCore

    init() throws { test = try TestCore() }

    @Test(
        "A specific thing in common brings alerts of two hosts together",
        arguments: [
            ["user": "mallory"], ["md5": "44d88612fea8a8f36de82e1278abb02f"], ["srcip": "203.0.113.9"],
            ["process": "xmrig"],
            ["url": "https://evil.example.net/a"], ["domain": "evil-site.net"], ["file_path": "/tmp/.x/miner"],
        ])
    func specific(extra: [String: String]) throws {
        let first = try test.send("trojan found", host: "a", extra: extra)
        let second = try test.send("beacon seen", host: "b", extra: extra)
        #expect(second.caseID == first.caseID)
        let file = try test.caseFile(first.caseID)
        #expect(file.alerts.count == 2)
        let link = try #require(file.links.last)
        #expect(link.score >= 0.3)
        #expect(link.parts.elements?.contains { $0["binds"]?.flag == true } == true)
    }

    @Test(
        "Common things never do, however many of them",
        arguments: [
            ["srcport": "22"], ["dstport": "22", "user": "root"], ["dstip": "8.8.8.8"],
            ["srcip": "10.0.0.7", "process": "sshd"],
            [
                "user": "root", "process": "bash", "srcip": "192.168.1.1", "dstip": "1.1.1.1", "dstport": "443",
                "file_path": "/etc/passwd",
            ],
        ])
    func common(extra: [String: String]) throws {
        let first = try test.send("trojan found", extra: extra)
        let second = try test.send("beacon seen", extra: extra)
        #expect(first.caseID != nil && second.caseID != nil)
        #expect(second.caseID != first.caseID, "the host is the same too, and that is not enough")
    }

    @Test(
        "Sentences have words, tags and requests in them that bind nothing",
        arguments: [
            ("web exploit attempt, user agent Mozilla/5.0 sqlmap", "malware beacon with odd user agent Wget/1.2"),
            ("reverse shell: user was able to run commands as root", "rootkit malware: user was phished yesterday"),
            ("XSS exploit attempt <b>x</b></div> on shop", "malware javascript backdoor in </div> of wiki"),
            ("exploit attempt in </script>", "malware in <script></script> of a page"),
            ("GET /index.html exploit webshell attempt A", "GET /index.html trojan malware served to visitors"),
            ("mimikatz on host db-8.corp.example seen", "reverse shell found on server db-8.corp.example today"),
            (
                "malware sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 here",
                "backdoor sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 there"
            ),
            ("malware md5 d41d8cd98f00b204e9800998ecf8427e", "trojan md5 d41d8cd98f00b204e9800998ecf8427e seen"),
        ])
    func sentences(first: String, second: String) throws {
        let outcomes = try [first, second].map {
            try test.send(json: JSONValue.object(["alert_text": .text($0)]).compactText)
        }
        #expect(outcomes.allSatisfy { $0.caseID != nil })
        #expect(outcomes[0].caseID != outcomes[1].caseID)
    }

    @Test("Findings of one host that were looked for in the same places are cases of their own")
    func findings() throws {
        let outcomes = try ["a process that could not be seen", "a program that runs as root"].enumerated().map {
            try test.send(
                json:
                    #"{"fingerprint":"81adb4e1079f078f6909488c41e9a9c\#($0.offset)","kind":"posture","severity":"high","title":"t \#($0.offset)","detail":"\#($0.element), in /proc","evidence":[{"what":"x","source":"/var/lib/dpkg/status, /srv/bailey/policy.yaml"}],"resource":{"kind":"setting","name":"s\#($0.offset)"},"host":"h"}"#
            )
        }
        #expect(outcomes[0].caseID != nil && outcomes[1].caseID != nil && outcomes[0].caseID != outcomes[1].caseID)
    }

    @Test("A host brings nothing together, though its name is a domain and stands in the texts")
    func hostWithDomain() throws {
        let first = try test.send("trojan found on gate.example.org", host: "gate.example.org")
        let second = try test.send("beacon seen on gate.example.org", host: "Gate.example.org")
        #expect(first.caseID != nil && second.caseID != nil && second.caseID != first.caseID)
    }

    @Test("Cases of other times with the same entity, opened on purpose, do not hide the one of this time")
    func otherTimes() throws {
        let first = try test.send("trojan found", host: "a", extra: ["user": "mallory"])
        for day in 1...40 {
            try test.send(
                "junk \(day)", host: "h\(day)", extra: ["user": "mallory"],
                at: test.core.now.adding(.seconds(Int64(-86_400 * 2 * day))))
        }
        let second = try test.send("beacon seen", host: "b", extra: ["user": "mallory"])
        #expect(second.caseID == first.caseID)
    }

    @Test("Beyond the window nothing is joined, before and after")
    func window() throws {
        let first = try test.send("trojan found", extra: ["user": "mallory"])
        let late = try test.send(
            "beacon seen", extra: ["user": "mallory"], at: TestCore.start.adding(.seconds(-25 * 3600)))
        #expect(late.caseID != first.caseID)
        test.advance(.seconds(23 * 3600))
        let within = try test.send("files encrypted", extra: ["user": "mallory"])
        #expect(within.caseID == first.caseID)
    }

    @Test("What many open cases share binds no more")
    func rarity() throws {
        var cases: Set<Int> = []
        // Each has a hash of its own and an account that everybody uses without being on the list.
        for number in 0..<12 {
            let outcome = try test.send(
                "trojan \(["a", "b", "c", "d"][number % 4])", host: "h\(number)", extra: ["user": "deploy\(number)"])
            cases.insert(try #require(outcome.caseID))
        }
        #expect(cases.count == 12)
        #expect(CorrelationScore.rarity(cases: 4) == 0.5)
        var score = CorrelationScore()
        score.add(
            .init(
                kind: "user", value: "deploy", reason: "", weight: 0.6, rarity: CorrelationScore.rarity(cases: 9),
                proximity: 1, binds: false))
        #expect(score.value == 0)
    }

    @Test("Joining raises severity, merges techniques, is told and is in the history")
    func joining() throws {
        let first = try test.send("trojan found", severity: "medium", extra: ["user": "mallory"])
        let before = try test.caseRecord(first.caseID)
        _ = try test.send("ransomware note", host: "b", severity: "critical", extra: ["user": "mallory"])
        let file = try test.caseFile(first.caseID)
        #expect(before.severity == .medium && file.record.severity == .critical)
        #expect(file.record.blast.value > before.blast.value)
        #expect(file.history.map(\.event).contains("joined"))
        #expect(file.record.state == .correlated || before.state == .open)
        #expect(try test.reader().notices(after: 0).map(\.event) == ["opened", "raised"])
    }

    @Test("How far a new case reaches is what its stored entities say when they are counted anew")
    func blastOfOne() throws {
        let first = try test.send(
            "trojan found", severity: "high", extra: ["user": "mallory", "src_ip": "45.9.148.1", "dest_ip": "10.0.0.7"])
        let opened = try test.caseRecord(first.caseID)
        #expect(opened.blast.value > 0)
        let second = try test.send("trojan found again", severity: "high", extra: ["user": "mallory"])
        let (caseID, alert) = (try #require(first.caseID), try #require(second.alert))
        #expect(second.caseID == caseID)
        _ = try test.core.split(caseID, alerts: [alert], by: "ann")
        #expect(try test.caseRecord(caseID).blast == opened.blast)
    }

    @Test(
        "What belongs to a case that is over opens a new one that refers to it",
        arguments: [CaseState.closed, .falsePositive])
    func over(state: CaseState) throws {
        let first = try test.send("trojan found", extra: ["user": "mallory"])
        let caseID = try #require(first.caseID)
        try test.core.move(caseID, to: state, by: "ann")
        let second = try test.send("beacon seen", extra: ["user": "mallory"])
        #expect(second.caseID != first.caseID)
        #expect(try test.caseRecord(second.caseID).refersTo == first.caseID)
    }

    @Test("The same alerts in the same order come together alike, scores and all")
    func deterministic() throws {
        func run() throws -> [String] {
            let test = try TestCore()
            var lines: [String] = []
            for number in 0..<40 {
                let outcome = try test.send(
                    id: "\(number)", "alert \(["x", "y", "z"][number % 3]) trojan", host: "h\(number % 5)",
                    extra: ["user": "u\(number % 7)", "srcip": "203.0.113.\(number % 11)"])
                lines.append("\(outcome.alert ?? 0) \(outcome.caseID ?? 0)")
            }
            for record in try test.reader().cases(CaseFilter()) {
                for link in try test.caseFile(record.id).links {
                    lines.append("\(record.id) \(link.alert) \(link.score) \(link.parts.compactText)")
                }
            }
            return lines
        }
        #expect(try run() == run())
    }

    @Test("Merging moves everything, closes the first, and later alerts follow")
    func merging() throws {
        let first = try #require(try test.send("trojan found", extra: ["user": "mallory"]).caseID)
        let second = try #require(try test.send("beacon seen", extra: ["user": "trudy"]).caseID)
        try test.core.merge(second, into: first, by: "ann")
        let (target, source) = (try test.caseFile(first), try test.caseFile(second))
        #expect(target.alerts.count == 2 && target.record.alerts == 2)
        #expect(source.alerts.isEmpty && source.record.state == .closed && source.record.mergedInto == first)
        #expect(try test.send("files encrypted", extra: ["user": "trudy"]).caseID == first)
        #expect(throws: CaseError.self) { try test.core.merge(second, into: first, by: "ann") }
        #expect(throws: CaseError.self) { try test.core.merge(first, into: first, by: "ann") }
        #expect(throws: CaseError.noCase(99)) { try test.core.merge(99, into: first, by: "ann") }
        #expect(try test.reader().talliesThatDisagree().isEmpty)
    }

    @Test("Splitting takes alerts and what only they have into a new case")
    func splitting() throws {
        let first = try test.send("trojan found", extra: ["user": "mallory", "srcip": "203.0.113.1"])
        let second = try test.send("beacon seen", extra: ["user": "mallory", "srcip": "203.0.113.2"])
        let (caseID, alert) = (try #require(first.caseID), try #require(second.alert))
        #expect(second.caseID == caseID)
        let new = try test.core.split(caseID, alerts: [alert], by: "ann")
        let (old, split) = (try test.caseFile(caseID), try test.caseFile(new))
        #expect(old.alerts.count == 1 && split.alerts.count == 1)
        #expect(
            !old.entities.contains { $0.value == "203.0.113.2" }
                && split.entities.contains { $0.value == "203.0.113.2" })
        #expect(split.record.refersTo == caseID)
        #expect(throws: CaseError.self) { try test.core.split(caseID, alerts: [old.alerts[0].id], by: "ann") }
        #expect(throws: CaseError.self) { try test.core.split(caseID, alerts: [99], by: "ann") }
        #expect(try test.reader().talliesThatDisagree().isEmpty)
    }
}
