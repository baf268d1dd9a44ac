import APIAccess
import Foundation
import JSON
import LinuxSystem
import SQLite
import Storage
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

    @Test("In production it does not start with a playbook policy that is broken or that others may write")
    func playbooks() throws {
        let tree = try TemporaryTree()
        _ = try RunningCore.token(in: tree)
        let places = ["--policies", tree.path]
        func log(_ mode: String) throws -> String {
            do { return try RunningCore(settings: "mode: \(mode)", tree: tree, options: places).stop() } catch let error
                as RunningCore.NotStarted
            {
                return "not started, \(error.log)"
            }
        }
        try tree.add("playbook-policy.yaml", "schema: 1\ntune: [{playbook: brute-froce}]\n")
        let refused = try log("production")
        #expect(refused.hasPrefix("not started") && refused.contains("playbook-policy.yaml:2:19: "), "\(refused)")
        #expect(try log("development").contains("did you mean 'brute-force'?"))
        try tree.add("playbook-policy.yaml", "schema: 1\n", .init(mode: 0o666))
        #expect(try log("production").hasPrefix("not started"))
        try tree.add("playbook-policy.yaml", "schema: 1\n", .init(mode: 0o644))
        #expect(try !log("production").hasPrefix("not started"))
    }

    @Test("The playbooks that a core has in force are told over its API, with the place of each value that was tuned")
    func playbooksOverAPI() throws {
        let tree = try TemporaryTree()
        try tree.add(
            "playbook-policy.yaml",
            "schema: 1\ntune: [{playbook: ransomware, rules: [{rule: encryption, threshold: 4}]}]\n")
        let core = try RunningCore(tree: tree, options: ["--policies", tree.path])
        let token = try core.token("reader", [.alertsRead])
        let all = try core.ask("GET", "/api/playbooks", token: token)
        #expect(all.document["playbooks"]?.elements?.count == 9)
        let one = try core.ask("GET", "/api/playbooks/ransomware", token: token)
        let rule = try #require(one.document["rules"]?.elements?.first)
        #expect(rule["threshold"]?.number == 4)
        let change = try #require(rule["changes"]?.elements?.first)
        #expect(change["shipped"]?.text == "1")
        #expect(change["where"]?.text == "\(tree.path)/playbook-policy.yaml:2:69")
        #expect(try core.ask("GET", "/api/playbooks/ransom", token: token).status == 404)
        let other = try core.token("writer", [.casesWrite])
        #expect(try core.ask("GET", "/api/playbooks", token: other).status == 403)
        // What is posted is held against them.
        let writer = try core.token("sender", [.alertsWrite])
        for number in 1...4 {
            let alert = #"{"title": "files encrypted in /srv/\#(number)", "host": "h", "severity": "low"}"#
            let answer = try core.ask("POST", "/api/alerts", token: writer, alert)
            let verdict = answer.document["results"]?.elements?.first?["verdict"]?.text
            #expect((verdict == "HIGH") == (number == 4), "\(number): \(answer.body)")
        }
    }

    @Test("A playbook policy that changes is taken over while the core runs; one that is broken changes nothing")
    func playbooksAnew() throws {
        let tree = try TemporaryTree()
        let core = try RunningCore(tree: tree, options: ["--policies", tree.path])
        let token = try core.token("reader", [.alertsRead])
        func threshold() throws -> Double? {
            let document = try core.ask("GET", "/api/playbooks/ransomware", token: token).document
            return document["rules"]?.elements?.first?["threshold"]?.number
        }
        /// Asks until it is so: the core reads when it gets to it.
        func becomes(_ condition: () throws -> Bool) throws -> Bool {
            for _ in 0..<5_000 where try condition() { return true }
            return false
        }
        func tune(_ rules: String) throws {
            try tree.add("playbook-policy.yaml", "schema: 1\ntune: [{playbook: ransomware, rules: [\(rules)]}]\n")
            core.signal(SIGHUP)
        }
        #expect(try threshold() == 1)
        try tune("{rule: encryption, threshold: 7}")
        #expect(try becomes { try threshold() == 7 })
        try tune("{rule: encryption, threshold: no}")
        #expect(
            try becomes {
                _ = try threshold(); return core.log.contains("those that were in force stay")
            })
        #expect(try threshold() == 7 && core.log.contains("playbook-policy.yaml:2:"))
        try FileManager.default.removeItem(atPath: "\(tree.path)/playbook-policy.yaml")
        core.signal(SIGHUP)
        #expect(try becomes { try threshold() == 1 })
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

    @Test(
        "In production it does not start with a channel whose secret is missing or a placeholder, nor with a check that is broken"
    )
    func channelSecrets() throws {
        let tree = try TemporaryTree()
        _ = try RunningCore.token(in: tree)
        func log(_ mode: String) throws -> String {
            do {
                return try RunningCore(settings: "mode: \(mode)", tree: tree, options: ["--policies", tree.path]).stop()
            } catch let error as RunningCore.NotStarted { return "not started, \(error.log)" }
        }
        try tree.add(
            "alerts-policy.yaml",
            "schema: 1\nchannels: [{id: hook, kind: webhook, url: \"https://127.0.0.1:1/\", key_file: \(tree.path)/hook}]\n"
        )
        let missing = try log("production")
        #expect(missing.hasPrefix("not started") && missing.contains("channel hook: "), "\(missing)")
        for placeholder in ["changeme\n", "CHANGEME", "xxxxxxxxxxxxxxxxxxxxxxxx", "your-token-here"] {
            try tree.add("hook", placeholder, .init(mode: 0o600))
            let refused = try log("production")
            #expect(refused.hasPrefix("not started") && refused.contains("hook holds a placeholder"), "\(refused)")
        }
        #expect(try log("development").contains("hook holds a placeholder"))
        let core = try RunningCore(tree: tree)
        let checked = try core.bailey(["alerts", "check", "--policies", tree.path])
        #expect(checked.status == 3 && checked.errors.contains("holds a placeholder"), "\(checked)")
        _ = try core.stop()
        try tree.add("hook", "4c9f1e7d20b86a3f5e", .init(mode: 0o600))
        #expect(try !log("production").hasPrefix("not started"))
        try tree.add("posture/a.yaml", "schema: 1\nchekcs: []\n")
        let posture = try log("production")
        #expect(posture.hasPrefix("not started") && posture.contains("posture/a.yaml:2:1: "), "\(posture)")
    }

    @Test("A second core beside one that runs ends before it touched anything of the first's")
    func second() throws {
        let tree = try TemporaryTree()
        let core = try RunningCore(tree: tree)
        let queue = try WriteQueue(DatabaseFile(in: tree.path), now: 0)
        func state(_ change: StaticString?) throws -> String? {
            try queue.write { (connection) throws(StorageError) in
                do throws(SQLiteError) {
                    if let change { try connection.execute(change, []) }
                    return try connection.first("SELECT state FROM notifications") { $0.text(0) }
                } catch { throw .database(error) }
            }
        }
        _ = try state(
            "INSERT INTO notifications VALUES (1, -1, 1, 'hook', 'all', 4, 'k', 'sending', 1, 0, 0, 0, NULL, '', '{}')")
        for socket in ["core.sock", "other.sock"] {
            let error = #expect(throws: RunningCore.NotStarted.self) {
                try RunningCore(tree: tree, options: ["--socket", "\(tree.path)/\(socket)"])
            }
            #expect(error?.status == 3 && error?.log.contains("another bailey-core serves \(tree.path)") == true)
            #expect(error?.log.contains("notifications were being sent") == false)
            #expect(try state(nil) == "sending")
        }
        #expect(try core.ask("GET", "/health").status == 200)
    }

    @Test(
        "An index of ATT&CK that is imported is taken over while the core runs; one that others may write changes nothing"
    )
    func attackAnew() throws {
        let tree = try TemporaryTree()
        let core = try RunningCore(tree: tree)
        let token = try core.token("reader", [.metricsRead])
        func attack() throws -> JSONValue? {
            try core.ask("GET", "/api/status", token: token).document["attack"]
        }
        func becomes(_ condition: () throws -> Bool) throws -> Bool {
            for _ in 0..<5_000 where try condition() { return true }
            return false
        }
        #expect(try attack()?["version"]?.text == "18.1" && attack()?["path"] == .null)
        try tree.add(
            "bundle-99.1.json",
            """
            {"type": "bundle", "id": "bundle--1", "objects": [
              {"type": "attack-pattern", "id": "attack-pattern--1", "name": "Pantry Raid",
               "description": "Somebody empties the larder at night.",
               "kill_chain_phases": [{"kill_chain_name": "mitre-attack", "phase_name": "collection"}],
               "external_references": [{"source_name": "mitre-attack", "external_id": "T9001"}]}]}
            """)
        let made = try core.bailey(["attack", "import", "\(tree.path)/bundle-99.1.json", "--output", tree.path])
        #expect(made.status == 0, "\(made)")
        core.signal(SIGHUP)
        #expect(try becomes { try attack()?["version"]?.text == "99.1" })
        #expect(try attack()?["path"]?.text == "\(tree.path)/attack.index")
        try FileManager.default.removeItem(atPath: "\(tree.path)/attack.index")
        try tree.add("attack.index", bytes: [1, 2, 3], .init(mode: 0o666))
        core.signal(SIGHUP)
        #expect(
            try becomes {
                _ = try attack(); return core.log.contains("the index that was used stays")
            })
        #expect(try attack()?["version"]?.text == "99.1" && core.log.contains("writable by everybody"))
    }
}
