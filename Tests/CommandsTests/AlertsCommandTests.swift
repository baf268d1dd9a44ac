import CaseManagement
import JSON
import Storage
import TestSupport
import Testing
import Triage

@testable import Commands

/// `bailey alerts …` and `bailey cases tag`, on a store and a policy of a test's own.
@Suite struct AlertsCommandTests {
    let tree: TemporaryTree

    init() throws {
        tree = try TemporaryTree()
        try tree.addDirectory("state", .init(mode: 0o700))
        try tree.add("policies/secret", "key", .init(mode: 0o600))
    }

    private func run(_ arguments: String...) -> (code: ExitCode, output: String, error: String) {
        let recorded = RecordedConsole()
        let code = BaileyTool(environment: .test(), console: recorded.console()).run(arguments)
        return (code, recorded.output, recorded.error)
    }

    private func policy(_ channels: String) throws {
        try tree.add(
            "policies/alerts-policy.yaml", "schema: 1\nchannels: [\(channels)]\nrules: [{id: all, channels: lake}]\n")
    }

    private var lake: String { "{id: lake, kind: ocsf, path: \(tree.path)/lake.jsonl}" }

    @Test("A sound policy is checked, its channels and rules are named, and a test message goes where it says")
    func sound() throws {
        try policy(lake)
        let policies = "\(tree.path)/policies"
        let checked = run("alerts", "check", "--policies", policies)
        #expect(checked.code == .done && checked.output.contains("lake") && checked.output.contains("ocsf"))
        let sent = run("alerts", "send-test", "lake", "--policies", policies)
        #expect(sent.code == .done, "\(sent.error)")
        #expect(try tree.content(of: "lake.jsonl").contains("a test of the channel lake"))
        let unknown = run("alerts", "send-test", "see", "--policies", policies)
        #expect(unknown.code == .couldNotRun && unknown.error.contains("known are: lake"))
        #expect(run("policy", "check", "\(policies)/alerts-policy.yaml").output.contains("rules for alerts: 1"))
    }

    @Test(
        "A secret that others can read, a program that is not listed and a word that is no key are all told, with the place"
    )
    func unsound() throws {
        try tree.add("policies/open", "s3cret", .init(mode: 0o644))
        try policy(
            "\(lake), {id: hook, kind: webhook, url: \"https://x.example\", key_file: \(tree.path)/policies/open}, {id: pager, kind: command, command: /usr/bin/true}"
        )
        let policies = "\(tree.path)/policies"
        let checked = run("alerts", "check", "--policies", policies)
        #expect(checked.code == .couldNotRun && !checked.error.contains("s3cret"))
        #expect(checked.error.contains("alerts-policy.yaml:2:") && checked.error.contains("is open to others"))
        #expect(checked.error.contains("is not listed in \(policies)/configuration.yaml"))
        try tree.add("policies/alerts-policy.yaml", "schema: 1\nchanels: []\n")
        #expect(run("alerts", "check", "--policies", policies).error.contains("did you mean 'channels'?"))
    }

    @Test(
        "An alert is suppressed until a time, a case gets a tag and loses it, and an outbox without dead letters has none"
    )
    func store() throws {
        let state = "\(tree.path)/state"
        #expect(run("triage", "trojan horse found on web-1, malware executed", "--state", state).code == .done)
        let suppressed = run("alerts", "suppress", "1", "--for", "2h", "--state", state, "--json")
        #expect(suppressed.code == .done && suppressed.output.contains("\"suppressed\""), "\(suppressed)")
        #expect(run("alerts", "suppress", "1", "--for", "2", "--state", state).code == .usage)
        #expect(run("alerts", "suppress", "7", "--for", "2h", "--state", state).code == .couldNotRun)
        let file = DatabaseFile(in: state)
        if try StoreReader(file).caseRecord(1) != nil {
            #expect(run("cases", "tag", "1", "urgent", "--state", state).code == .done)
            #expect(try StoreReader(file).caseFile(1)?.tags == ["urgent"])
            #expect(run("cases", "tag", "1", "urgent", "--remove", "--state", state).code == .done)
            #expect(try StoreReader(file).caseFile(1)?.tags == [])
        } else {
            Issue.record("no case was opened")
        }
        #expect(run("alerts", "dead", "list", "--state", state) == (.done, "", ""))
        #expect(run("alerts", "dead", "retry", "--all", "--state", state).output == "queued: 0\n")
        #expect(run("alerts", "dead", "drop", "3", "--state", state).code == .couldNotRun)
        #expect(run("alerts", "dead", "drop", "--state", state).code == .usage)
        #expect(run("alerts", "sent", "--all", "--state", state) == (.done, "", ""))
    }
}
