import JSON
import TestSupport
import Testing

/// `bailey agent-account …`, with the real useradd(8), on accounts of the test's own.
@Suite(.patience, .enabled(if: FileSystemUser.isRoot, "accounts are made by root"))
struct AgentAccountTests {
    let program: BuiltProgram

    init() throws {
        program = try BuiltProgram()
        try program.tree.add(
            "host/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000::/home/ada:/bin/bash\n")
        try program.tree.add("host/etc/group", "root:x:0:\nada:x:1000:\nsudo:x:27:ada\ndocker:x:28:\n")
        try program.tree.add("host/etc/shadow", "root:*:19000:0:99999:7:::\n", .init(mode: 0o640))
        try program.tree.add("host/etc/gshadow", "root:*::\n", .init(mode: 0o640))
        try program.tree.addDirectory("host/home")
    }

    private func agentAccount(_ arguments: String) async throws -> Outcome {
        try await program.bailey("agent-account \(arguments) --root $tree/host $places")
    }

    @Test("What is made is locked, alone in its group, at home in 0700, and told with what to write into the policy")
    func create() async throws {
        let run = try await agentAccount("create claude")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("agents: { users: [claude] }"))
        let entry = try #require(
            try program.tree.text(of: "host/etc/passwd").split(separator: "\n").first { $0.hasPrefix("claude:") })
        let fields = entry.split(separator: ":", omittingEmptySubsequences: false)
        #expect(fields[5] == "/home/claude" && fields[6] == "/usr/sbin/nologin")
        #expect(try program.tree.text(of: "host/etc/shadow").contains("\nclaude:!"))
        #expect(try program.tree.text(of: "host/etc/group").contains("\nclaude:x:\(fields[3]):\n"))
        let home = try await run_("/usr/bin/stat", ["-c", "%a %u", "\(program.tree.path)/host/home/claude"])
        #expect(home.output == "700 \(fields[2])\n")
        let again = try await agentAccount("create claude")
        #expect(again.status == 3)
        #expect(again.errors.contains("is there already"))
    }

    private func run_(_ path: String, _ arguments: [String]) async throws -> Outcome { try await run(path, arguments) }

    @Test("A dry run prints what would be run, and makes nothing")
    func dryRun() async throws {
        let before = try await program.tree.listing()
        let run = try await agentAccount("create claude --dry-run")
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("Would run: /usr/sbin/useradd --prefix \(program.tree.path)/host --system"))
        #expect(!(try program.tree.text(of: "host/etc/passwd").contains("claude")))
        #expect(before.contains("host/etc/passwd"))
    }

    @Test(
        "A name that is none, or an option, is refused", arguments: ["-- --help", "Root", "a:b", "a/b", "''", "'a b'"])
    func names(name: String) async throws { #expect(try await agentAccount("create \(name)").status == 2) }

    @Test("Status tells each way to root, and that the policy does not list the account")
    func status() async throws {
        #expect(try await agentAccount("create claude").status == 0)
        let unlisted = try await agentAccount("status claude")
        #expect(unlisted.status == 1)
        #expect(!unlisted.output.contains("not as it should be"), "\(unlisted.output)")
        try program.tree.add("policies/command-policy.yaml", "schema: 1\nagents: { users: [claude] }\nrules: []\n")
        #expect(try await agentAccount("status claude").status == 0)

        let groups = try program.tree.text(of: "host/etc/group")
        try program.tree.add("host/etc/group", groups.replacing("docker:x:28:", with: "docker:x:28:claude"))
        try program.tree.add("host/usr/bin/sudo", "", .init(mode: 0o4755))
        try program.tree.add("host/etc/sudoers", "claude ALL=(ALL) NOPASSWD: ALL\n", .init(mode: 0o440))
        let shadow = try program.tree.text(of: "host/etc/shadow")
        try program.tree.add("host/etc/shadow", shadow.replacing("claude:!", with: "claude:"), .init(mode: 0o640))
        _ = try await run("/bin/chmod", ["755", "\(program.tree.path)/host/home/claude"])
        let document = try JSONValue(parsing: Array(try await agentAccount("status claude --json").output.utf8))
        let problems = document["problems"]?.elements?.compactMap(\.text) ?? []
        for expected in ["group docker", "sudo lets it act as root", "is not locked", "mode 0755"] {
            #expect(problems.contains { $0.contains(expected) }, "\(expected) in \(problems)")
        }
        #expect(try await agentAccount("status nobody-here").status == 1)
    }

    @Test("On a host of its own the account is there for everybody, and cannot log in")
    func host() async throws {
        let run = try await program.shell(
            """
            set -e
            mount --make-rprivate /
            cp -a /etc $tree/etc
            mount --bind $tree/etc /etc
            mount -t tmpfs none /home
            mount -t tmpfs none /var/log
            $bailey agent-account create bailey-test-agent $places >&2
            id -Gn bailey-test-agent
            passwd --status bailey-test-agent | cut -d' ' -f2
            """, by: "unshare --mount")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output == "bailey-test-agent\nL\n")
        #expect(try await Outcome.ofHost("bailey-test-agent").status != 0)
    }
}

extension Outcome {
    /// Whether the host itself knows the account.
    fileprivate static func ofHost(_ name: String) async throws -> Outcome { try await run("/usr/bin/id", [name]) }
}
