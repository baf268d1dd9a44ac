import Foundation
import JSON
import TestSupport
import Testing

@testable import Triage

/// Counts as the core's database does, for one test.
final class CountsInMemory: SignalCounting {
    private var events: [String: [(time: EventTime, values: [String])]] = [:]

    func note(_ signal: String, subject: String, values: [String], at time: EventTime) throws(Never) {
        events["\(signal)|\(subject)", default: []].append((time, values))
    }
    func count(_ signal: String, subject: String, since time: EventTime) throws(Never) -> Int {
        events["\(signal)|\(subject)", default: []].count { $0.time >= time }
    }
    func distinct(_ signal: String, subject: String, since time: EventTime) throws(Never) -> Int {
        Set(events["\(signal)|\(subject)", default: []].filter { $0.time >= time }.flatMap(\.values)).count
    }
}

/// Two techniques, so that what triage does with a catalogue is seen without one.
struct TwoTechniques: TechniqueRetrieving {
    func techniques(title: String, body: String?, limit: Int) -> [TechniqueMatch] {
        [
            TechniqueMatch(
                id: "T1110.001", name: "Password Guessing", tactics: ["Credential Access"], score: 0.6,
                probability: 0.6, matched: ["password"])
        ]
    }
    func technique(_ id: String) -> TechniqueName? {
        id == "T1110" ? TechniqueName(id: id, name: "Brute Force", tactics: ["Credential Access"]) : nil
    }
}

@Suite struct VerdictTests {
    private let start = EventTime(milliseconds: 1_767_225_600_000)

    private func alert(_ text: String, host: String = "h1") throws -> Alert {
        try AlertReaders.read(.object(["title": .text(text), "host": .text(host)]))
    }

    /// The worst verdict that playbooks come to when the texts arrive a second apart.
    private func worst(_ texts: [(String, String)], apart: Duration = .seconds(1)) throws -> (Verdict?, [PlaybookHit]) {
        let counts = CountsInMemory()
        var hits: [PlaybookHit] = []
        var time = start
        for (text, host) in texts {
            let alert = try alert(text, host: host)
            let signals = alert.playbookSignals(techniques: [])
            hits = alert.playbookHits(signals, at: time, counting: counts)
            time = time.adding(apart)
        }
        return (hits.first?.rule.verdict, hits)
    }

    @Test(
        "How something is set up has the techniques that it is mapped to, and none for what it reads like; what was done has both",
        arguments: [
            (
                #"{"fingerprint":"f","kind":"posture","severity":"high","title":"t","resource":{"kind":"x","name":"y"}"#,
                true
            ),
            (
                #"{"fingerprint":"f","kind":"insecure-port","severity":"high","title":"t","resource":{"kind":"x","name":"y"}"#,
                true
            ),
            (
                #"{"fingerprint":"f","kind":"sniffer","severity":"high","title":"t","resource":{"kind":"x","name":"y"}"#,
                false
            ),
            (
                #"{"fingerprint":"f","kind":"broker-denied","severity":"high","title":"t","resource":{"kind":"x","name":"y"}"#,
                false
            ),
            (#"{"class_uid":2003,"finding_info":{"title":"t"}"#, true),
            (#"{"class_uid":2002,"finding_info":{"title":"t"}"#, true),
            (#"{"class_uid":2004,"finding_info":{"title":"t"}"#, false),
            (#"{"rule":{"level":7,"id":"19007","description":"t","groups":["sca"]}"#, true),
            (#"{"rule":{"level":7,"id":"5710","description":"t","groups":["sshd"]}"#, false),
        ])
    func posture(document: String, isPosture: Bool) throws {
        func techniques(_ mapping: String) throws -> [String] {
            let alert = try AlertReaders.read(try JSONValue(parsing: Array("\(document)\(mapping)}".utf8)))
            return Examination(alert, catalogue: TwoTechniques()).techniques.map(\.match.id)
        }
        let alike = isPosture ? [] : ["T1110.001"]
        #expect(try techniques("") == alike)
        if document.contains("fingerprint") {
            #expect(try techniques(#","techniques":["T1110"]"#) == ["T1110"] + alike)
        }
    }

    private func failed(_ count: Int, user: String = "bob", from: String = "203.0.113.5") -> [(String, String)] {
        Array(repeating: ("Failed password for \(user) from \(from) port 1", "h1"), count: count)
    }

    @Test("Ten failed logins from one place in ten minutes are guessing, nine are not, and ten in an hour are not")
    func bruteForce() throws {
        #expect(try worst(failed(9)).0 == nil)
        #expect(try worst(failed(10)).0 == .high)
        #expect(try worst(failed(10), apart: .seconds(360)).0 == nil)
    }

    @Test("A login that succeeds after failures from the same place is critical, from another place it is nothing")
    func guessed() throws {
        let success = { (from: String) in [("Accepted password for bob from \(from) port 2", "h1")] }
        #expect(try worst(failed(5) + success("203.0.113.5")).0 == .critical)
        #expect(try worst(failed(4) + success("203.0.113.5")).0 == nil)
        #expect(try worst(failed(5) + success("203.0.113.6")).0 == nil)
    }

    @Test("One place that tries five accounts sprays")
    func spraying() throws {
        let tries = { (count: Int) in
            (1...count).map { ("Failed password for user\($0) from 203.0.113.5 port 1", "h1") }
        }
        #expect(try worst(tries(4)).0 == nil)
        let found = try worst(tries(5))
        #expect(found.0 == .high)
        #expect(found.1.contains { $0.meaning.contains("5 different accounts") })
    }

    @Test(
        "Each playbook reaches its verdict by what it is for",
        arguments: [
            (
                "data-exfiltration", [("archive created /srv/a.tgz", "h"), ("large upload to 203.0.113.8", "h")],
                Verdict.critical
            ),
            ("lateral-movement", [("psexec by user carol", "a"), ("psexec by user carol", "b")], .high),
            (
                "privilege-escalation",
                [
                    ("alice : user NOT in sudoers", "h"), ("alice : command not allowed", "h"),
                    ("alice added to group sudo", "h"),
                ], .critical
            ),
            ("ransomware", [("vssadmin delete shadows", "h"), ("files encrypted in /srv", "h")], .critical),
            (
                "suspicious-scripting",
                [("powershell -EncodedCommand AAAA", "h"), ("reverse shell to 203.0.113.8", "h")], .critical
            ),
            (
                "vulnerability-spike", [("CVE-2021-44228 affects log4j", "h"), ("exploit attempt ${jndi:ldap", "h")],
                .critical
            ),
            ("guard-bypass", [("command denied", "h"), ("auditd stopped", "h")], .critical),
            ("agent-egress", [("AI agent started", "h"), ("unapproved egress to 203.0.113.8", "h")], .high),
        ] as [(String, [(String, String)], Verdict)])
    func playbooks(id: String, texts: [(String, String)], verdict: Verdict) throws {
        let found = try worst(texts)
        #expect(found.1.first { $0.playbook.id == id }?.rule.verdict == verdict, "\(found)")
    }

    @Test("Every playbook has a file of its id, rules about signals it has, and things to do")
    func registry() throws {
        let directory = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Operations/Triage/Playbooks").standardized
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path).filter {
            !$0.hasPrefix("Playbook")
        }
        let names = Playbooks.all.map {
            $0.id.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() + ".swift"
        }
        #expect(names == files.sorted())
        for playbook in Playbooks.all {
            let signals = Set(playbook.signals.map(\.name))
            #expect(signals.count == playbook.signals.count)
            #expect(
                playbook.rules.allSatisfy {
                    signals.contains($0.signal) && $0.after.map { signals.contains($0.signal) } ?? true
                })
            #expect(!playbook.actions.isEmpty && !playbook.falsePositives.isEmpty)
            for phrase in playbook.signals.flatMap({ $0.phrases + $0.unless }) {
                #expect(phrase == phrase.lowercased() && phrase.utf8.allSatisfy { $0 < 0x80 }, "\(phrase)")
            }
        }
    }

    @Test("Phrases are found as looking for each of them would find them")
    func phraseIndex() {
        let phrases = ["he", "she", "his", "hers", "failed password", " -enc ", "ed pass"]
        let index = PhraseIndex(phrases)
        for text in ["ushers", "FAILED Password", "x -ENC y", "", "shhe", "hishers failed passwor"] {
            #expect(index.phrases(in: text) == Set(phrases.filter { text.lowercased().contains($0) }), "\(text)")
        }
    }

    private func result(_ alert: Alert, history: JudgementHistory = .init(), occurrences: Int = 1) -> TriageResult {
        TriageResult(
            Examination(alert, catalogue: TwoTechniques()), hits: [], history: history, occurrences: occurrences)
    }

    @Test("A technique that the catalogue does not know never leaves, and its absence is told")
    func unknownTechnique() throws {
        var alert = try Fixture.alerts("wazuh.ndjson")[2]
        alert.claimedTechniques = ["T9999", "T1110"]
        let result = result(alert)
        #expect(result.techniques.map(\.match.id) == ["T1110", "T1110.001"])
        #expect(result.techniques.map(\.isClaimed) == [true, false])
        #expect(result.unknowns.contains { $0.hasPrefix("1 technique ids") })
        var writer = JSONWriter()
        result.write(entities: alert.entities, to: &writer)
        #expect(!String(decoding: writer.bytes, as: UTF8.self).contains("T9999"))
    }

    @Test("A triage that was kept is read back as it was, and one that cannot be read says nothing")
    func kept() throws {
        for alert in try Fixture.alerts("wazuh.ndjson") {
            let result = result(alert, history: .init(falsePositives: 1))
            var writer = JSONWriter(pretty: false)
            result.write(entities: alert.entities, to: &writer)
            let read = TriageDocument(String(decoding: writer.bytes, as: UTF8.self))
            #expect(read.entities == alert.entities)
            #expect(read.techniques == result.techniques)
            #expect(read.chain.map(\.tactic) == result.attackChain.map(\.tactic))
            #expect(read.texts("recommended_actions") == result.actions)
            #expect(read.texts("reasoning") == result.reasoning && read.texts("unknowns") == result.unknowns)
            #expect(read.document["adjustment"]?.text == result.adjustment)
            #expect(read.document["verdict"]?.text == result.verdict.name)
        }
        for broken in ["", "{", "[]", #"{"e": [1, []], "t": [["a"]]}"#] {
            let read = TriageDocument(broken)
            #expect(read.entities.isEmpty && read.techniques.isEmpty && read.chain.isEmpty)
        }
    }

    @Test("A text is as sure as what it reads like; other alerts begin with their source's confidence")
    func confidence() throws {
        #expect(result(try AlertReaders.read(text: "guessing of a password for alice@corp.example")).confidence == 0.6)
        let wazuh = try Fixture.alerts("wazuh.ndjson")[2]
        #expect(result(wazuh).confidence > wazuh.confidence)
        let examination = Examination(try AlertReaders.read(text: "hello"), catalogue: NoTechniques())
        #expect(TriageResult(examination, hits: [], history: .init(), occurrences: 1).confidence == 0)
    }

    @Test("Without a catalogue no technique is named, and the result says so")
    func noCatalogue() throws {
        let examination = Examination(try Fixture.alerts("wazuh.ndjson")[2], catalogue: NoTechniques())
        let result = TriageResult(examination, hits: [], history: .init(), occurrences: 1)
        #expect(result.techniques.isEmpty && result.attackChain.isEmpty)
        #expect(result.unknowns.contains { $0.contains("no ATT&CK catalogue") })
    }

    @Test("False positives lower a verdict by one step, then by two, never below LOW, and say how to undo it")
    func lowering() throws {
        let alert = try Fixture.alerts("wazuh.ndjson")[2]
        let verdicts = [0, 1, 3, 30].map { result(alert, history: .init(falsePositives: $0)).verdict }
        #expect(verdicts == [.high, .medium, .low, .low])
        #expect(result(alert, history: .init(falsePositives: 1)).adjustment?.contains("withdrawing") == true)
        #expect(result(alert, history: .init(truePositives: 1, falsePositives: 1)).verdict == .high)
        #expect(result(alert, history: .init(falsePositives: 1)).confidence != result(alert).confidence)
    }

    @Test("A triage that was kept is lowered and comes back as if it had been judged so from the start")
    func keptAndHeard() throws {
        let alert = try Fixture.alerts("wazuh.ndjson")[2]
        func text(_ history: JudgementHistory) -> String {
            var writer = JSONWriter(pretty: false)
            result(alert, history: history).write(entities: alert.entities, to: &writer)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
        let histories = [
            JudgementHistory(), .init(falsePositives: 1), .init(falsePositives: 3), .init(truePositives: 2),
        ]
        for before in histories {
            for after in histories {
                let heard = TriageDocument(text(before)).hearing(after)
                let expected = TriageDocument(text(after))
                #expect((heard == nil) == (before == after))
                #expect(TriageDocument(heard?.text ?? text(before)).document == expected.document)
                if let heard { #expect(heard.outcome.verdict == expected.verdict) }
            }
        }
        #expect(TriageDocument("{").hearing(.init(falsePositives: 1)) == nil)
    }

    @Test("Queries keep hostile values inside their quotes")
    func queries() throws {
        var alert = try alert("x")
        alert.entities = [Entity(kind: .path, value: "/tmp/a\" OR *:* '; rm -rf / #\\")]
        for query in InvestigationQuery.queries(about: alert.entities) {
            switch query.product {
            case .bailey: #expect(query.query.hasSuffix(#"'/tmp/a" OR *:* '\''; rm -rf / #\'"#))
            default: #expect(query.query.contains(#""/tmp/a\" OR *:* '; rm -rf / #\\""#))
            }
        }
        #expect(
            Set(InvestigationQuery.queries(about: alert.entities).map(\.product))
                == Set(InvestigationQuery.Product.allCases))
    }

    @Test(
        "Queries keep a quote with a combining mark on it, or a sign before it that joins it, inside their quotes",
        arguments: ["\u{301}", "\u{200d}", "\u{fe0f}"])
    func markedQuotes(mark: String) throws {
        let path = Entity(kind: .path, value: "/tmp/a\"\(mark) OR \u{600}\"\\\(mark) ';\(mark) '\(mark)$(id)'\n\(mark)")
        let phrase = "\"/tmp/a\\\"\(mark) OR \u{600}\\\"\\\\\(mark) ';\(mark) '\(mark)$(id)' \(mark)\""
        let queries = InvestigationQuery.queries(about: [path])
        #expect(queries.count == InvestigationQuery.Product.allCases.count)
        for query in queries {
            if query.product == .bailey {
                // What a shell takes it for.
                let said = try RunningProgram.output(of: ["sh", "-c", "printf '%s|' \(query.query)"])
                #expect(said.utf8.elementsEqual("bailey|alerts|list|--entity|\(path.value)|".utf8))
            } else {
                #expect(Data(query.query.utf8).range(of: Data(phrase.utf8)) != nil, "\(query.query)")
            }
        }
    }

    @Test(
        "Wilson's interval is as published (Newcombe 1998, table I)",
        arguments: [
            (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718),
        ])
    func wilson(count: Int, total: Int, lower: Double, upper: Double) {
        let interval = Proportion(count, of: total).interval
        #expect(abs(interval.lowerBound - lower) < 0.0001)
        #expect(abs(interval.upperBound - upper) < 0.0001)
    }
}
