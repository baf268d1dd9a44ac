import Foundation
import Policies
import Testing

@Suite struct AlertsPolicyTests {
    private static let severities = ["informational", "low", "medium", "high", "critical"]

    private func policy(_ rules: String) throws -> AlertsPolicy {
        let channels = "channels: [{id: one, kind: journald}, {id: two, kind: journald}]"
        return try AlertsPolicy(
            parsing: PolicyText(path: "p", "schema: 1\n\(channels)\nrules:\n\(rules)"), severities: Self.severities,
            references: .none)
    }

    private func subject(
        _ event: String = "opened", _ severity: String = "high", kinds: [String] = ["wazuh", "5710"],
        controls: [String] = ["iso-27001-2022:A.8.16"], host: String = "web-1"
    ) -> AlertSubject {
        AlertSubject(event: event, severity: severity, kinds: kinds, controls: controls, host: host)
    }

    /// Channels that are told, at noon of a Wednesday.
    private func told(_ rules: String, _ subject: AlertSubject, isNews: Bool = true) throws -> [String] {
        try policy(rules).routes(
            for: subject, at: Date(timeIntervalSince1970: 1_772_625_600), severities: Self.severities
        ) { _ in isNews }.map { "\($0.rule)>\($0.channel)" }
    }

    @Test("A rule without conditions tells what opened or was raised, and nothing that only joined")
    func events() throws {
        let rules = "  - {id: r, channels: one}"
        #expect(try told(rules, subject("opened")) == ["r>one"])
        #expect(try told(rules, subject("raised")) == ["r>one"])
        #expect(try told(rules, subject("joined")).isEmpty)
        #expect(try told("  - {id: r, channels: one, events: [joined]}", subject("joined")) == ["r>one"])
    }

    @Test(
        "Severity, kind, control and host are conditions that all have to hold",
        arguments: [
            ("severity: high", true), ("severity: critical", false), ("severity: low", true), ("kinds: [wazuh]", true),
            ("kinds: [\"57*\"]", true), ("kinds: [posture]", false), ("controls: [\"iso-27001-2022:A.8*\"]", true),
            ("controls: [\"iso-27001-2022:A.5*\"]", false), ("hosts: [\"web-?\"]", true), ("hosts: [db]", false),
            ("severity: high, kinds: [wazuh], hosts: [\"*\"]", true), ("severity: high, kinds: [posture]", false),
        ])
    func conditions(text: String, matches: Bool) throws {
        #expect(try told("  - {id: r, channels: one, \(text)}", subject()) == (matches ? ["r>one"] : []))
    }

    @Test("A channel that several rules lead to is told once, by the first of them")
    func once() throws {
        let rules = "  - {id: a, channels: [one]}\n  - {id: b, channels: [two, one]}"
        #expect(try told(rules, subject()) == ["a>one", "b>two"])
    }

    @Test("What is neither new nor worse is told only by rules that do not ask for it")
    func news() throws {
        let rules = "  - {id: a, channels: [one], new_or_worse: true}\n  - {id: b, channels: [two]}"
        #expect(try told(rules, subject(), isNews: true) == ["a>one", "b>two"])
        #expect(try told(rules, subject(), isNews: false) == ["b>two"])
    }

    @Test("Quiet hours keep back until they end, over midnight and the weekend, but for what is bad enough")
    func quiet() throws {
        let policy = try policy(
            """
              - id: r
                channels: one
                quiet: [{hours: "20:00-07:00"}, {days: [sat, sun]}]
                quiet_except: critical
            """)
        func held(_ date: String, _ severity: String = "high") throws -> Date? {
            let now = try Date(date, strategy: .iso8601)
            let routes = policy.routes(for: subject("opened", severity), at: now, severities: Self.severities) { _ in
                true
            }
            return try #require(routes.first).heldUntil
        }
        #expect(try held("2026-03-04T12:00:00Z") == nil)
        #expect(try held("2026-03-04T20:00:30Z") == Date("2026-03-05T07:00:00Z", strategy: .iso8601))
        // Friday night runs into the weekend, and that into Sunday night.
        #expect(try held("2026-03-06T21:00:00Z") == Date("2026-03-09T07:00:00Z", strategy: .iso8601))
        #expect(try held("2026-03-06T21:00:00Z", "critical") == nil)
    }

    @Test("A severity that nobody knows is as bad as can be")
    func unknownSeverity() throws {
        #expect(try told("  - {id: r, channels: one, severity: critical}", subject("opened", "odd")) == ["r>one"])
    }
}
