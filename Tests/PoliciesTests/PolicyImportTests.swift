import HostModel
import Policies
import Testing

@Suite struct PolicyImportTests {
    private func rules(_ imported: PolicyImport) throws -> [String] {
        switch imported.kind {
        case .ports: try PortPolicy(parsing: [PolicyText(path: "i", imported.text)]).rules.map(\.yaml)
        case .egress: try EgressPolicy(parsing: [PolicyText(path: "i", imported.text)]).rules.map(\.yaml)
        }
    }

    @Test("The older form of approved ports becomes port rules")
    func ports() throws {
        let json = """
            [{"port":22,"protocol":"tcp","command":"sshd","comment":"SSH"},
             {"port":"8000-8100","protocol":"udp","command":"/usr/bin/app","comment":null}]
            """
        let imported = try PolicyImport(importing: PolicyText(path: "old.json", json))
        #expect(imported.kind == .ports && imported.rulesCount == 2 && imported.notes.isEmpty)
        #expect(
            try rules(imported) == [
                "  - id: tcp-22-sshd\n    protocol: tcp\n    port: 22\n    process: sshd\n    reason: SSH\n",
                "  - id: udp-8000-8100-app\n    protocol: udp\n    port: 8000-8100\n    process: /usr/bin/app\n    reason: Imported; the entry gave no comment\n",
            ])
    }

    @Test("The older form of the egress allowlist becomes egress rules")
    func egress() throws {
        let json = """
            [{"protocol":"tcp","host":"api.example.com","port":443,"command":"node"},
             {"protocol":"tcp","host_regex":"^(.*\\\\.)?example\\\\.org$","port":443},
             {"host":"*","port":53,"protocol":"udp"}, {"host":"192.0.2.1","protocol":"tcp","port":1}]
            """
        let imported = try PolicyImport(importing: PolicyText(path: "old.json", json))
        #expect(imported.kind == .egress && imported.notes.isEmpty)
        let policy = try EgressPolicy(parsing: [PolicyText(path: "i", imported.text)])
        #expect(
            policy.rules.map { $0.destinations.map(\.description) } == [
                ["api.example.com"], ["*.example.org", "example.org"], ["any"], ["192.0.2.1"],
            ])
        #expect(policy.rules[0].process == .name("node"))
    }

    @Test(
        "A pattern over hosts becomes what it can be said as, with a word where that is narrower",
        arguments: [
            ("^api\\.example\\.com$", "api.example.com", false), ("^.*\\.example\\.com$", "*.example.com", false),
            (".*\\.example\\.com$", "*.example.com", false),
            ("^(.*\\.)?example\\.com$", "*.example.com example.com", false),
            ("^(?:.+\\.)?example\\.com$", "*.example.com example.com", false),
            ("^api.example.com$", "api.example.com", true),
            ("api\\.example\\.com", "api.example.com", true), ("^.*\\.example\\.com", "*.example.com", true),
        ])
    func patterns(pattern: String, destinations: String, isNarrower: Bool) throws {
        let json = "[{\"protocol\":\"tcp\",\"port\":443,\"host_regex\":\"\(pattern.replacing("\\", with: "\\\\"))\"}]"
        let imported = try PolicyImport(importing: PolicyText(path: "old.json", json))
        let rule = try #require(try EgressPolicy(parsing: [PolicyText(path: "i", imported.text)]).rules.first)
        #expect(rule.destinations.map(\.description).joined(separator: " ") == destinations)
        #expect(imported.notes.count == (isNarrower ? 1 : 0) && imported.notes.allSatisfy { !$0.isDropped })
    }

    @Test(
        "A pattern that a policy cannot say is named and makes no rule",
        arguments: [
            "^(a|b)\\.example\\.com$", "^api[0-9]+\\.example\\.com$", ".*", "^.*example\\.com$",
            "^[^.]+\\.example\\.com$", "^(.*\\.)?example\\.(com|org)$",
            "^10\\.0\\..*$", "\\d+", "example\\", "^.*\\.$",
        ])
    func refusedPatterns(pattern: String) throws {
        let json =
            "[\n {\"protocol\":\"tcp\",\"port\":443,\"host_regex\":\"\(pattern.replacing("\\", with: "\\\\"))\"}]"
        let imported = try PolicyImport(importing: PolicyText(path: "old.json", json))
        #expect(imported.rulesCount == 0 && imported.notes.count == 1)
        #expect(imported.notes[0].description.hasPrefix("old.json:2:2: not carried over: host_regex '"))
        #expect(imported.text.contains("rules: []") && imported.text.contains("# old.json:2:2: not carried over"))
        #expect(try EgressPolicy(parsing: [PolicyText(path: "i", imported.text)]).rules.isEmpty)
    }

    @Test("Entries and keys that have no place are named, none is lost without a word")
    func notes() throws {
        let json = """
            [{"port":22,"protocol":"tcp","command":"sshd","severity":"low"},
             {"port":"ssh","protocol":"tcp"}, {"port":22}, {"protocol":"tcp"}, "text", {"port":1,"protocol":"icmp"}]
            """
        let imported = try PolicyImport(importing: PolicyText(path: "old.json", json), kind: .ports)
        #expect(imported.rulesCount == 1)
        #expect(imported.notes.map(\.isDropped) == [false, true, true, true, true, true])
        #expect(imported.notes[0].description == "old.json:1:47: its key 'severity' has no place in a rule")
        #expect(imported.notes.dropFirst().map(\.location.line) == [2, 2, 2, 2, 2])
    }

    @Test(
        "What is no list of entries is refused",
        arguments: ["{\"ports\": []}", "22", "", "[", "[{\"port\":1,\"port\":2}]"])
    func refusals(json: String) {
        #expect(throws: PolicyErrors.self) { try PolicyImport(importing: PolicyText(path: "old.json", json)) }
    }

    @Test("A comment of an old entry cannot write policy")
    func hostileComments() throws {
        let json =
            "[{\"port\":22,\"protocol\":\"tcp\",\"command\":\"a\",\"comment\":\"x\\n  - {protocol: tcp, port: 1}\\n# \"}]"
        let imported = try PolicyImport(importing: PolicyText(path: "a\nrules: []", json))
        #expect(try PortPolicy(parsing: [PolicyText(path: "i", imported.text)]).rules.count == 1)
    }
}
