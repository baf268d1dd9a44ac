import Foundation
import JSON
import Policies
import Testing

@testable import Triage

/// Playbooks as data: what ships, what a policy makes of it, and what alerts come to by that.
@Suite struct PlaybookTests {
    private static let start = EventTime(milliseconds: 1_767_225_600_000)

    private func policy(_ text: String) throws -> PlaybookPolicy {
        try PlaybookPolicy(parsing: PolicyText(path: "playbook-policy.yaml", "schema: 1\n\(text)\n"))
    }

    private func playbooks(_ text: String) throws -> PlaybookSet { PlaybookSet(try policy(text)) }

    /// The hits of the last of the texts, which arrive a second apart from one host.
    private func hits(_ texts: [String], _ playbooks: PlaybookSet) throws -> [PlaybookHit] {
        let counts = CountsInMemory()
        var hits: [PlaybookHit] = []
        var time = Self.start
        for text in texts {
            let alert = try AlertReaders.read(.object(["title": .text(text), "host": .text("h1")]))
            hits = alert.playbookHits(
                alert.playbookSignals(techniques: [], of: playbooks), at: time, counting: counts)
            time = time.adding(.seconds(1))
        }
        return hits
    }

    private func failures(_ count: Int) -> [String] {
        Array(repeating: "Failed password for bob from 203.0.113.5 port 1", count: count)
    }

    @Test("A threshold that is tuned is the one that counts, and what it means says its numbers")
    func threshold() throws {
        let tuned = try playbooks(
            """
            tune:
              - playbook: brute-force
                rules:
                  - { rule: failures-from-address, threshold: 3, minutes: 7, verdict: medium }
            """)
        #expect(try hits(failures(2), tuned).isEmpty)
        let hit = try #require(try hits(failures(3), tuned).first)
        #expect(hit.verdict == .medium)
        #expect(hit.meaning == "3 failed logins from 203.0.113.5 in 7 minutes")
        #expect(try hits(failures(3), .shipped).isEmpty)
        // The triage of the alert carries it on.
        let examination = Examination(
            try AlertReaders.read(text: failures(1)[0]), catalogue: NoTechniques(), playbooks: tuned)
        let result = TriageResult(examination, hits: [hit], history: .init(), occurrences: 3)
        #expect(result.reasoning.contains { $0.contains("in 7 minutes") })
    }

    @Test("How often another signal has to have come before is tuned too")
    func after() throws {
        let text = "tune: [{playbook: brute-force, rules: [{rule: success-after-failures, after_count: 2}]}]"
        let texts = failures(2) + ["Accepted password for bob from 203.0.113.5 port 2"]
        #expect(try hits(texts, .shipped).isEmpty)
        #expect(try hits(texts, try playbooks(text)).first?.rule.name == "success-after-failures")
    }

    @Test("A rule that is switched off is not counted; a playbook that is has no say in what is advised either")
    func off() throws {
        let rule = try playbooks(
            "tune: [{playbook: brute-force, rules: [{rule: failures-from-address, in_force: false}]}]")
        #expect(try hits(failures(12), rule).isEmpty)
        #expect(try hits(failures(12), .shipped).count == 1)
        let whole = try playbooks("tune: [{playbook: brute-force, in_force: false}]")
        let alert = try AlertReaders.read(.object(["title": .text(failures(1)[0]), "host": .text("h1")]))
        #expect(alert.playbookSignals(techniques: [], of: whole).isEmpty)
        #expect(!alert.playbookSignals(techniques: [], of: rule).isEmpty)
    }

    @Test("A playbook of one's own is found by phrases that none which ships has, and comes to its verdict")
    func added() throws {
        let text = try String(contentsOf: Self.template, encoding: .utf8).replacing("schema: 1\n", with: "")
        let playbooks = try playbooks(text)
        let refusals = (1...5).map { "Badge REFUSED for user u\($0)" }
        #expect(try hits(Array(refusals.prefix(4)), playbooks).isEmpty)
        let hit = try #require(try hits(refusals, playbooks).first)
        #expect(hit.playbook.id == "badge-reader" && hit.verdict == .high)
        #expect(hit.meaning == "5 people were refused at h1 in 30 minutes")
        #expect(try hits(refusals + ["door opened"], playbooks).first?.verdict == .critical)
        #expect(try hits(refusals.map { "\($0), test badge" }, playbooks).isEmpty)
        #expect(try hits(refusals, .shipped).isEmpty)
    }

    @Test("Every value that is not as it ships is told with its place, and no other is")
    func origins() throws {
        let playbooks = try playbooks(
            """
            tune:
              - playbook: ransomware
                rules:
                  - rule: mass-encryption
                    threshold: 30
                    minutes: 10
            """)
        let changes = playbooks.entries.flatMap { $0.changes + $0.rules.flatMap(\.changes) }
        // Ten minutes are what ships.
        #expect(changes.map(\.value) == ["threshold"] && changes.map(\.shipped) == ["20"])
        #expect(changes.first?.location.description == "playbook-policy.yaml:6:20")
        #expect(PlaybookSet.shipped.entries.allSatisfy { $0.isInForce && $0.addedAt == nil && $0.changes.isEmpty })
    }

    @Test("All that a playbook which ships says can be said in a policy: read from one, each is the same")
    func expressive() throws {
        for playbook in Playbooks.all {
            var copy = playbook
            copy.id = "own-\(playbook.id)"
            let added = try #require(try policy("add:\n  - \(Self.text(of: copy))").additions.first)
            let read = try #require(
                PlaybookSet(PlaybookPolicy(additions: [added])).entries.first { $0.playbook.id == copy.id })
            #expect(Self.text(of: read.playbook) == Self.text(of: copy))
        }
    }

    @Test("Rules that ship have names of their own, and numbers that a policy could give them")
    func names() {
        for playbook in Playbooks.all {
            #expect(Set(playbook.rules.map(\.name)).count == playbook.rules.count, "\(playbook.id)")
            for rule in playbook.rules {
                let counts = rule.distinct == nil ? PlaybookLimits.count : PlaybookLimits.distinct
                #expect(counts.contains(rule.threshold) && PlaybookLimits.minutes.contains(rule.minutes))
                #expect(PlaybookWords.triage.verdicts.contains(rule.verdict.word), "\(rule.name)")
            }
        }
    }

    private static let template = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../templates/playbook-policy.yaml").standardized

    /// A playbook as a policy adds it, on one line: JSON is YAML.
    private static func text(of playbook: Playbook) -> String {
        func texts(_ texts: some Sequence<String>) -> JSONValue { .array(texts.map { .text($0) }) }
        let signals = playbook.signals.map { signal in
            var members: [String: JSONValue] = ["name": .text(signal.name), "at_least": .text(signal.atLeast.name)]
            if !signal.groups.isEmpty { members["groups"] = texts(signal.groups.sorted()) }
            if !signal.techniques.isEmpty { members["techniques"] = texts(signal.techniques) }
            if !signal.phrases.isEmpty { members["phrases"] = texts(signal.phrases) }
            if !signal.findingKinds.isEmpty { members["finding_kinds"] = texts(signal.findingKinds.sorted()) }
            if !signal.unless.isEmpty { members["unless"] = texts(signal.unless) }
            return JSONValue.object(members)
        }
        let rules = playbook.rules.map { rule in
            var members: [String: JSONValue] = [
                "name": .text(rule.name), "signal": .text(rule.signal), "by": .text(rule.by.rawValue),
                "threshold": .number(Double(rule.threshold)), "minutes": .number(Double(rule.minutes)),
                "verdict": .text(rule.verdict.word), "meaning": .text(rule.meaning),
            ]
            if let distinct = rule.distinct { members["distinct"] = .text(distinct.rawValue) }
            if let after = rule.after {
                members["after"] = .object(["signal": .text(after.signal), "count": .number(Double(after.count))])
            }
            return JSONValue.object(members)
        }
        return JSONValue.object([
            "id": .text(playbook.id), "title": .text(playbook.title), "signals": .array(signals),
            "rules": .array(rules), "actions": texts(playbook.actions),
            "false_positives": texts(playbook.falsePositives),
        ]).compactText
    }
}
