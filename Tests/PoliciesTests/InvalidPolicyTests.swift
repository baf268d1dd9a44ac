import ControlFrameworks
import Foundation
import Policies
import Testing

/// Beside each `KIND-what.yaml` that is refused stands `KIND-what.expected`: what is said about it, a line an error.
@Suite struct InvalidPolicyTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/invalid")
    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }()

    @Test("The folder of broken policies is there")
    func folderIsThere() { #expect(Self.names.count >= 70) }

    @Test("A broken policy is refused with every error at its place", arguments: names)
    func refusal(name: String) throws {
        let bytes = [UInt8](try Data(contentsOf: Self.folder.appending(path: name + ".yaml")))
        let file = PolicyText(path: name + ".yaml", bytes: bytes)
        let errors = #expect(throws: PolicyErrors.self) { try parse(file) }
        let expectation = Self.folder.appending(path: name + ".expected")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            try Data("\(errors?.description ?? "")\n".utf8).write(to: expectation)
        }
        let expected = try String(contentsOf: expectation, encoding: .utf8)
        #expect("\(errors?.description ?? "")\n" == expected)
    }

    private func parse(_ file: PolicyText) throws(PolicyErrors) {
        switch file.path.prefix(while: { $0 != "-" }) {
        case "port": _ = try PortPolicy(parsing: [file])
        case "egress": _ = try EgressPolicy(parsing: [file])
        case "posture":
            let known: Set<ControlID> = [.iso("A.8.9"), .csf("PR.PS-01")]
            _ = try PosturePolicy(
                parsing: [file], categories: ["kernel", "files"], factPrefixes: ["file", "some", "sysctl"],
                knows: known.contains)
        case "configuration": _ = try Configuration(parsing: file)
        case "command": _ = try CommandPolicy(parsing: file, references: .none)
        case "alerts":
            _ = try AlertsPolicy(
                parsing: file, severities: ["low", "medium", "high", "critical"], references: .none)
        case "playbook": _ = try PlaybookPolicy(parsing: file, words: .sample)
        case "prompt": _ = try PromptPolicy(parsing: file)
        default: Issue.record("a kind of policy nobody reads: \(file.path)")
        }
    }
}

extension PlaybookWords {
    /// A little of what triage has.
    static let sample = PlaybookWords(
        playbooks: [
            "brute-force": [
                .init(name: "failures-from-address", hasAfter: false, isDistinct: false),
                .init(name: "accounts-from-address", hasAfter: false, isDistinct: true),
                .init(name: "success-after-failures", hasAfter: true, isDistinct: false),
                .init(name: "addresses-for-account", hasAfter: false, isDistinct: true),
            ], "vulnerability-spike": [],
        ], verdicts: ["low", "medium", "high", "critical"],
        severities: ["informational", "low", "medium", "high", "critical"],
        subjects: ["source_address", "destination_address", "user", "host"])
}
