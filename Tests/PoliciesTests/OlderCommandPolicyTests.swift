import FoundationEssentials
import HostModel
import Testing

@testable import Policies

@Suite struct OlderCommandPolicyTests {
    private func imported(_ text: String) throws -> ImportedCommandPolicy {
        try OlderCommandPolicy.imported(
            PolicyText(path: "old.json", text), group: "wheel", references: .none,
            program: { $0 == "systemctl" ? "/usr/bin/systemctl" : nil })
    }

    /// What the imported policy says of a command of a member of the group.
    private func allows(_ policy: ImportedCommandPolicy, _ argv: String...) throws -> Bool {
        let parsed = try CommandPolicy(parsing: PolicyText(path: "new.yaml", policy.text), references: .none)
        let requester = Requester(
            user: UserID(1001), userName: "ada", group: GroupID(1001), groupNames: ["wheel"], process: ProcessID(7),
            startTime: 1, terminal: "/dev/pts/1")
        let request = try CommandRequest(
            argv: argv, requestedPath: argv[0], program: argv[0], target: .root, hasTerminal: true)
        return parsed.decide(request, from: requester, at: Date(timeIntervalSince1970: 1_800_000_000)).grant != nil
    }

    @Test("An exact line becomes its words, asked for by the group and confirmed")
    func exact() throws {
        let policy = try imported(#"{"allow_exact": ["/usr/bin/apt-get update", "systemctl restart nginx"]}"#)
        #expect(policy.rulesCount == 2)
        #expect(policy.text.contains("from: { groups: [wheel] }\n    approval: confirm"))
        #expect(try allows(policy, "/usr/bin/apt-get", "update"))
        #expect(try !allows(policy, "/usr/bin/apt-get", "update", "-o"))
        #expect(try allows(policy, "/usr/bin/systemctl", "restart", "nginx"))
        #expect(try !allows(policy, "/usr/bin/systemctl", "restart nginx"))
        #expect(policy.notes.map(\.description) == ["old.json:1:45: 'systemctl' is taken for /usr/bin/systemctl"])
    }

    @Test(
        "A line that can be more than one list of arguments is not carried over",
        arguments: [
            #"/bin/echo \"a b\""#, "/bin/echo a  b", #"/bin/echo a\\ b"#, "/bin/echo 'a'", #"/bin/echo a\tb"#,
            "nowhere x",
        ])
    func ambiguous(line: String) throws {
        let policy = try imported("{\"allow_exact\": [\"\(line)\"]}")
        #expect(policy.rulesCount == 0)
        #expect(policy.notes.first?.isDropped == true && policy.notes.first?.subject == "old.json:1:18")
        #expect(policy.text.contains("# old.json:1:18: not carried over: "))
    }

    @Test("A regular expression over the joined line is not carried over; one that is a plain line is that line")
    func expressions() throws {
        let policy = try imported(
            #"{"allow": ["^systemctl restart (nginx|apache2)$", "/bin/ls", "^/bin/ls -l /etc/a\\.d$"]}"#)
        #expect(policy.rulesCount == 1)
        #expect(try allows(policy, "/bin/ls", "-l", "/etc/a.d"))
        #expect(try !allows(policy, "/bin/ls", "-l", "/etc/axd"))
        #expect(policy.notes.filter(\.isDropped).count == 2)
    }

    @Test("What a pattern denied, or one that cannot be read may have, is not allowed")
    func denied() throws {
        for pattern in ["nginx", "(?i)NGINX", "^/usr/bin/systemctl", "(unclosed", "a)(b"] {
            let policy = try imported(
                "{\"allow_exact\": [\"/usr/bin/systemctl restart nginx\"], \"deny\": [\"\(pattern)\"]}")
            #expect(policy.rulesCount == 0, "\(pattern)")
        }
        let exact = try imported(#"{"allow_exact": ["/bin/a x"], "deny_exact": ["/bin/a x"], "deny": ["nginx"]}"#)
        #expect(try !allows(exact, "/bin/a", "x"))
        #expect(exact.rulesCount == 2)
    }

    @Test("A line that gives a shell away is not carried over")
    func shells() throws {
        let policy = try imported(#"{"allow_exact": ["/usr/bin/vim /etc/hosts", "/bin/bash", "/bin/bash -c id"]}"#)
        #expect(policy.rulesCount == 1)
        #expect(policy.notes.allSatisfy { $0.message.contains("shell") || $0.message.contains("prompt") })
    }

    @Test(
        "Another form is refused, with every error",
        arguments: ["[]", "{\"alow\": []}", "{\"allow\": \"x\"}", "{\"allow\": [[]]}"])
    func refused(text: String) { #expect(throws: PolicyErrors.self) { try imported(text) } }
}
