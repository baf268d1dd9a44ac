import JSON
import TestSupport
import Testing

@testable import Commands

/// `bailey playbooks …`, and what triage from the store makes of a policy.
@Suite struct PlaybookCommandTests {
    let tree: TemporaryTree

    init() throws {
        tree = try TemporaryTree()
        try tree.addDirectory("policies")
    }

    private func run(_ arguments: String...) -> (code: ExitCode, output: String, error: String) {
        let recorded = RecordedConsole()
        let code = BaileyTool(environment: .test(), console: recorded.console()).run(
            arguments + ["--policies", "\(tree.path)/policies"])
        return (code, recorded.output, recorded.error)
    }

    private func tune(_ text: String) throws { try tree.add("policies/playbook-policy.yaml", "schema: 1\n\(text)\n") }

    @Test("Without a policy all are in force as they ship; with one each value that it changes is told with its place")
    func list() throws {
        let shipped = run("playbooks")
        #expect(shipped.code == .done, "\(shipped.error)")
        #expect(shipped.output.contains("brute-force: Password guessing\n"))
        #expect(shipped.output.contains("failure ×10 by source_address in 10 min"))
        #expect(!shipped.output.contains("ships as"))
        try tune(
            """
            tune:
              - playbook: brute-force
                rules: [{ rule: failures-from-address, threshold: 25 }, { rule: accounts-from-address, in_force: false }]
              - playbook: ransomware
                in_force: false
            """)
        let tuned = run("playbooks")
        #expect(tuned.output.contains("failure ×25 by source_address in 10 min"))
        let place = "\(tree.path)/policies/playbook-policy.yaml"
        #expect(tuned.output.contains("threshold at \(place):4:55; ships as 10"), "\(tuned.output)")
        #expect(tuned.output.contains("accounts-from-address"))
        #expect(tuned.output.contains("ransomware: Files taken hostage  (not in force) by \(place):6:15"))
        let document = try JSONValue(parsing: Array(run("playbooks", "list", "--json").output.utf8))
        #expect(document["playbooks"]?.elements?.count == 9)
    }

    @Test("One is shown with what shows it and what to do; one that is not there is told with those that are")
    func show() throws {
        let shown = run("playbooks", "show", "guard-bypass")
        #expect(shown.code == .done && shown.output.contains("setenforce 0"))
        #expect(shown.output.contains("bypass ×1 by host in 60 min, after denied ×1"))
        #expect(shown.output.contains("      {subject} was denied {count} times"))
        #expect(shown.output.contains("kinds of findings: command-denied") && shown.output.contains("What to do:"))
        let missing = run("playbooks", "show", "guard-bypas")
        #expect(missing.code == .couldNotRun && missing.error.contains("guard-bypass"), "\(missing.error)")
    }

    @Test("A policy that is broken stops what would go by it, and policy check says where")
    func broken() throws {
        try tune("tune: [{ playbook: brute-force, rules: [{ rule: failures, threshold: 5 }] }]")
        let place = "\(tree.path)/policies/playbook-policy.yaml:2:49: "
        for words in [["playbooks"], ["triage", "x", "--state", "\(tree.path)/state"], ["policy", "check"]] {
            let recorded = RecordedConsole()
            let code = BaileyTool(environment: .test(), console: recorded.console()).run(
                words + ["--policies", "\(tree.path)/policies"])
            #expect(code == .couldNotRun && recorded.error.contains(place), "\(words): \(recorded.error)")
        }
        try tune("tune: []")
        let checked = run("policy", "check", "\(tree.path)/policies/playbook-policy.yaml")
        #expect(checked.output.contains("playbooks tuned or added: 0"), "\(checked.error)")
        try tree.add("policies/playbook-policy.yaml", "schema: 1\n", .init(mode: 0o666))
        #expect(run("playbooks").code == .couldNotRun)
    }

    @Test("Triage from the store goes by the tuned numbers, and says them")
    func triage() throws {
        try tune("tune: [{ playbook: ransomware, rules: [{ rule: encryption, threshold: 2, minutes: 90 }] }]")
        try tree.addDirectory("state", .init(mode: 0o700))
        func verdict(_ number: Int) throws -> JSONValue {
            let alert = #"{"title": "files encrypted in /srv/\#(number)", "host": "h", "severity": "low"}"#
            let run = run("triage", alert, "--state", "\(tree.path)/state", "--json")
            return try JSONValue(parsing: Array(run.output.utf8))
        }
        #expect(try verdict(1)["verdict"]?.text == "LOW")
        let second = try verdict(2)
        #expect(second["verdict"]?.text == "HIGH")
        #expect(second["triage"]?["playbooks"]?.elements == [.text("ransomware")])
    }
}
