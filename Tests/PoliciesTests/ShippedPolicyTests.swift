import ControlFrameworks
import Foundation
import HostModel
import Policies
import Testing
import YAML

@Suite struct ShippedPolicyTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func file(_ path: String) throws -> PolicyText {
        PolicyText(path: path, bytes: [UInt8](try Data(contentsOf: Self.root.appending(path: path))))
    }

    @Test("The policies that ship approve nothing that leaves the host, and no port")
    func shipped() throws {
        #expect(try PortPolicy(parsing: [try file("policies/approved-ports.yaml")]).rules.isEmpty)
        let egress = try EgressPolicy(parsing: [try file("policies/egress-allowlist.yaml")])
        #expect(!egress.rules.isEmpty && egress.rules.allSatisfy(\.isLoopbackOnly))
        #expect(try Configuration(parsing: try file("policies/configuration.yaml")) == Configuration())
        #expect(try CommandPolicy(parsing: try file("policies/command-policy.yaml"), references: .none).rules.isEmpty)
        _ = try PromptPolicy(parsing: try file("policies/prompt-policy.yaml"))
        let core = try CoreServicePolicy(parsing: try file("policies/core.yaml"))
        #expect(core.mode == .production && core.listen == [.unix(path: "/run/bailey-core/api.sock")])
    }

    @Test("The examples in the command policy that ships are rules, and give no shell")
    func examples() throws {
        let text = String(decoding: try file("policies/command-policy.yaml").bytes, as: UTF8.self)
        let lines = text.replacing("\nrules: []", with: "").split(separator: "\n")
        let start = try #require(lines.firstIndex(of: "#rules:"))
        let examples = lines[start...].map { $0.dropFirst() }.joined(separator: "\n")
        let policy = try CommandPolicy(parsing: PolicyText(path: "x", "schema: 1\n\(examples)"), references: .none)
        #expect(policy.rules.count == 3)
    }

    @Test("The templates are policies themselves")
    func templates() throws {
        #expect(try PortPolicy(parsing: [try file("templates/approved-ports.yaml")]).rules.count == 3)
        #expect(try EgressPolicy(parsing: [try file("templates/egress-allowlist.yaml")]).rules.count == 3)
        #expect(try Configuration(parsing: try file("templates/configuration.yaml")) == Configuration())
        let checks = try PosturePolicy(
            parsing: [try file("templates/posture.yaml")], categories: ["kernel"], knows: { _ in true }
        ).checks
        #expect(checks.count == 1)
        #expect(
            try CommandPolicy(parsing: try file("templates/command-policy.yaml"), references: .none).rules.count == 3)
        #expect(try PromptPolicy(parsing: try file("templates/prompt-policy.yaml")).rules.count == 3)
        var core = try CoreServicePolicy(parsing: try file("templates/core.yaml"))
        core.listen = nil
        #expect(core == CoreServicePolicy())
        let alerts = try Self.alerts(file("templates/alerts-policy.yaml"))
        #expect(alerts.rules.count == 3)
        let kinds = alerts.channels.map(\.settings.kind.rawValue).sorted()
        #expect(kinds == AlertChannelKind.allCases.map(\.rawValue))
    }

    @Test("The template of a playbook policy is one, and every key it can have is in it, with a comment right above it")
    func playbooks() throws {
        let policy = try PlaybookPolicy(parsing: try file("templates/playbook-policy.yaml"), words: .sample)
        #expect(policy.tunings.count == 2 && policy.additions.count == 1)
        let ofTunings =
            PlaybookPolicy.Key.allCases.map(\.rawValue) + PlaybookPolicy.TuningKey.allCases.map(\.rawValue)
            + PlaybookPolicy.RuleTuningKey.allCases.map(\.rawValue)
        let ofAdditions =
            PlaybookDefinition.Key.allCases.map(\.rawValue) + PlaybookDefinition.SignalKey.allCases.map(\.rawValue)
            + PlaybookDefinition.RuleKey.allCases.map(\.rawValue) + PlaybookDefinition.AfterKey.allCases.map(\.rawValue)
        try expect(ofTunings + ofAdditions, in: "templates/playbook-policy.yaml")
    }

    private static func alerts(_ file: PolicyText) throws(PolicyErrors) -> AlertsPolicy {
        try AlertsPolicy(
            parsing: file, severities: ["informational", "low", "medium", "high", "critical"], references: .none)
    }

    @Test("Every key that an alerts policy can have is in its template, with a comment right above it")
    func everyAlertKeyIsExplained() throws {
        let ofChannels =
            CommandChannelSettings.Key.allCases.map(\.rawValue)
            + ElasticsearchChannelSettings.Key.allCases.map(\.rawValue)
            + EmailChannelSettings.Key.allCases.map(\.rawValue) + JournaldChannelSettings.Key.allCases.map(\.rawValue)
            + OCSFChannelSettings.Key.allCases.map(\.rawValue) + SlackChannelSettings.Key.allCases.map(\.rawValue)
            + SyslogChannelSettings.Key.allCases.map(\.rawValue) + WebhookChannelSettings.Key.allCases.map(\.rawValue)
        let all =
            AlertsPolicy.Key.allCases.map(\.rawValue) + AlertsPolicy.RuleKey.allCases.map(\.rawValue) + ofChannels
        try expect(Array(Set(all)), in: "templates/alerts-policy.yaml")
    }

    @Test("Every key that a policy can have is in its template, with a comment right above it")
    func everyKeyIsExplained() throws {
        try expect(
            PortRule.Key.allCases.map(\.rawValue) + RuleFileKey.allCases.map(\.rawValue),
            in: "templates/approved-ports.yaml")
        try expect(
            EgressRule.Key.allCases.map(\.rawValue) + RuleFileKey.allCases.map(\.rawValue),
            in: "templates/egress-allowlist.yaml")
        try expect(Configuration.Key.allCases.map(\.rawValue), in: "templates/configuration.yaml")
        try expect(
            CoreServicePolicy.Key.allCases.map(\.rawValue) + CoreServicePolicy.LockoutKey.allCases.map(\.rawValue),
            in: "templates/core.yaml")
        try expect(
            PostureCheckKey.allCases.map(\.rawValue) + ["schema", "category"], in: "templates/posture.yaml")
        try expect(Self.commandPolicyKeys, in: "templates/command-policy.yaml")
        let commands = String(decoding: try file("templates/command-policy.yaml").bytes, as: UTF8.self)
        for key in CommandRule.ArgumentKey.allCases { #expect(commands.contains("#   { \(key.rawValue): ")) }
        for key in CommandRule.PeerKey.allCases { #expect(commands.contains("#   { \(key.rawValue): ")) }
        for method in ApprovalRequirement.Method.allCases { #expect(commands.contains("#   \(method.rawValue) ")) }
        try expect(
            PromptPolicy.Key.allCases.map(\.rawValue) + PromptPolicy.RuleKey.allCases.map(\.rawValue),
            in: "templates/prompt-policy.yaml")
        let prompts = String(decoding: try file("templates/prompt-policy.yaml").bytes, as: UTF8.self)
        for kind in ShellGiver.Class.allCases { #expect(prompts.contains(kind.rawValue), "\(kind)") }
        let posture = String(decoding: try file("templates/posture.yaml").bytes, as: UTF8.self)
        for key in ExpectationKey.allCases { #expect(posture.contains("#   \(key.rawValue): "), "\(key.rawValue)") }
        for key in ControlsKey.allCases { #expect(posture.contains(" \(key.rawValue) ("), "\(key.rawValue)") }
        let days = try #require(
            try YAMLNode(parsing: try file("templates/configuration.yaml").bytes)["due_days"]?.members)
        #expect(days.map(\.key) == Configuration.DueDaysKey.allCases.map(\.rawValue))
    }

    /// Of every mapping a command policy can have, but for patterns of arguments and numbers of peers.
    private static let commandPolicyKeys: [String] = {
        let ofPolicy =
            CommandPolicy.Key.allCases.map(\.rawValue) + CommandPolicy.ApproversKey.allCases.map(\.rawValue)
            + CommandPolicy.AgentsKey.allCases.map(\.rawValue) + CommandPolicy.PendingKey.allCases.map(\.rawValue)
            + CommandPolicy.LockoutKey.allCases.map(\.rawValue) + CommandPolicy.AuditKey.allCases.map(\.rawValue)
        let ofRule =
            CommandRule.Key.allCases.map(\.rawValue) + CommandRule.FromKey.allCases.map(\.rawValue)
            + CommandRule.RunAsKey.allCases.map(\.rawValue) + CommandRule.EnvironmentKey.allCases.map(\.rawValue)
            + CommandRule.SandboxKey.allCases.map(\.rawValue) + CommandRule.LimitsKey.allCases.map(\.rawValue)
            + CommandRule.TimeKey.allCases.map(\.rawValue)
        return ofPolicy + ofRule
    }()

    @Test(
        "A policy with any bytes changed is read or refused, and says where",
        arguments: [
            "approved-ports", "egress-allowlist", "posture", "configuration", "command-policy", "prompt-policy",
            "core", "alerts-policy", "playbook-policy",
        ])
    func mutations(name: String) throws {
        let original = try file("templates/\(name).yaml")
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            var file = original
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let index = Int.random(in: 0..<file.bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: file.bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: file.bytes.remove(at: index)
                default:
                    file.bytes.insert(
                        contentsOf: Array("[]{}:,-\n\"'&*!|>%@`#".utf8).shuffled(using: &random).prefix(2), at: index)
                }
            }
            do throws(PolicyErrors) {
                switch name {
                case "approved-ports": _ = try PortPolicy(parsing: [file])
                case "egress-allowlist": _ = try EgressPolicy(parsing: [file])
                case "posture": _ = try PosturePolicy(parsing: [file], categories: ["kernel"], knows: { _ in true })
                case "command-policy": _ = try CommandPolicy(parsing: file, references: .none)
                case "alerts-policy": _ = try Self.alerts(file)
                case "playbook-policy": _ = try PlaybookPolicy(parsing: file, words: .sample)
                case "prompt-policy": _ = try PromptPolicy(parsing: file)
                case "core": _ = try CoreServicePolicy(parsing: file)
                default: _ = try Configuration(parsing: file)
                }
            } catch {
                #expect(
                    !error.errors.isEmpty
                        && error.errors.allSatisfy {
                            $0.location.line >= 1 && $0.location.column >= 1 && !$0.message.isEmpty
                        })
            }
        }
    }

    private func expect(_ keys: [String], in path: String) throws {
        let lines = String(decoding: try file(path).bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        // A key that several mappings have is there as often.
        for (key, count) in Dictionary(grouping: keys, by: \.self).mapValues(\.count) {
            let places = lines.indices.filter { lines[$0].drop { $0 == " " || $0 == "-" }.hasPrefix("\(key):") }
            #expect(!places.isEmpty, "\(key) is missing in \(path)")
            let explained = places.filter { lines[$0 - 1].contains("#") }
            #expect(explained.count >= count, "\(key) is explained \(explained.count) times in \(path), not \(count)")
        }
    }
}
