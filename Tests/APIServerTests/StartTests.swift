import APIAccess
import Foundation
import LinuxSystem
import TestSupport
import Testing

/// What the core starts with, and what it does not.
@Suite struct StartTests {
    private func refusal(_ settings: String, _ tree: TemporaryTree) throws -> String {
        let error = #expect(throws: RunningCore.NotStarted.self) { try RunningCore(settings: settings, tree: tree) }
        #expect(error?.status == 3)
        return error?.log ?? ""
    }

    @Test("In production it does not start without a token that opens something, and starts with one")
    func tokens() throws {
        let tree = try TemporaryTree()
        #expect(try refusal("mode: production", tree).contains("there is no token"))
        let name = try #require(APIToken.Name("old"))
        _ = try APITokenFile(in: tree.path).create(name, holder: .person, scopes: [.alertsRead], now: 1, expiresAt: 2)
        #expect(try refusal("mode: production", tree).contains("every token has expired"))
        let token = try RunningCore.token(in: tree)
        let core = try RunningCore(settings: "mode: production", tree: tree)
        #expect(try core.ask("GET", "/api/alerts", token: token).status == 200)
    }

    @Test("In production it does not start with a secret out of an example, and in development it says so")
    func placeholders() throws {
        let tree = try TemporaryTree()
        _ = try RunningCore.token(in: tree)
        let kept = try tree.content(of: APITokenFile.name)
        // SHA-256 of "changeme".
        let known = "057ba03d6c44104863dc7361fe4578965d1887360f90a0895882e58a6248fc86"
        let hash = try #require(kept.firstMatch(of: #/[0-9a-f]{64}/#)).output
        try tree.add(APITokenFile.name, kept.replacing(hash, with: known), .init(mode: 0o600))
        #expect(try refusal("mode: production", tree).contains("'ann' is a placeholder"))
        #expect(try RunningCore(settings: "mode: development", tree: tree).stop().contains("'ann' is a placeholder"))
        try tree.add(APITokenFile.name, kept, .init(mode: 0o600))
        try tree.add("evidence.key", bytes: [UInt8](repeating: 0, count: 32), .init(mode: 0o600))
        #expect(try refusal("mode: production", tree).contains("evidence.key is a placeholder"))
    }

    @Test("In production it does not start beside a policy that is broken, and says where it is")
    func policies() throws {
        let tree = try TemporaryTree()
        _ = try RunningCore.token(in: tree)
        try tree.add("egress-allowlist.yaml", "schema: 1\nrulez: []\n")
        #expect(try refusal("mode: production", tree).contains("egress-allowlist.yaml:2:1: "))
        try tree.add("egress-allowlist.yaml", "schema: 1\nrules: []\n")
        try tree.add("alerts-policy.yaml", "schema: 1\nchanels: []\n")
        #expect(try refusal("mode: production", tree).contains("alerts-policy.yaml:2:1: "))
        try tree.add("alerts-policy.yaml", "schema: 1\n")
        _ = try RunningCore(settings: "mode: production", tree: tree).stop()
    }

    @Test(
        "Settings that are broken are no settings, in any mode",
        arguments: [
            ("mode: prod", "mode"), ("listen: 0.0.0.0:80", "nothing is encrypted there"),
            ("lissten: x", "did you mean 'listen'"),
            ("listen: everywhere", "is no place to listen"), ("requests_per_minute: 0", "from 1 to"),
            ("mode: production\nlockout: { failures: 1000 }", "at most 20 failures"),
            ("mode: development\nmode: production", "mode"),
        ])
    func settings(text: String, expected: String) throws {
        let log = try refusal(text, TemporaryTree())
        #expect(log.contains("core.yaml:") && log.contains(expected), "\(log)")
    }

    @Test("Settings that others may write are not believed")
    func writable() throws {
        let tree = try TemporaryTree()
        try tree.add("core.yaml", "schema: 1\n", .init(mode: 0o666))
        let process = Process()
        process.executableURL = URL(filePath: try RunningCore.program("bailey-core"))
        process.arguments = ["--state", tree.path, "--settings", "\(tree.path)/core.yaml"]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 3)
    }
}
