import FoundationEssentials
import JSON
import LinuxSystem
import TestSupport
import Testing

@testable import Commands

/// `bailey policy check` of what the broker decides by.
@Suite struct CommandPolicyCheckTests {
    let tree: TemporaryTree

    // Directories above it have to be root's, as /tmp is by its sticky bit.
    init() throws { tree = try TemporaryTree() }

    private func check(_ files: String..., json: Bool = false) -> (code: ExitCode, output: String, error: String) {
        let recorded = RecordedConsole()
        let tool = BaileyTool(environment: .test(), console: recorded.console())
        let code = tool.run(["policy", "check"] + (json ? ["--json"] : []) + files.map { "\(tree.path)/\($0)" })
        return (code, recorded.output, recorded.error)
    }

    private static let allow =
        "{ id: who, effect: allow, command: /usr/bin/id, arguments: [], from: any, approval: none }"

    @Test("Policies for commands and prompts are checked", .enabled(if: FileSystemUser.isRoot))
    func sound() throws {
        try tree.add("command-policy.yaml", "schema: 1\nrules:\n  - \(Self.allow)\n")
        try tree.add("prompt-policy.yaml", "schema: 1\n")
        try tree.add("draft.yaml", "schema: 1\nsecure_path: [/usr/bin]\nrules:\n  - \(Self.allow)\n")
        let result = check("command-policy.yaml", "prompt-policy.yaml", "draft.yaml")
        #expect(result.code == .done, "\(result.error)")
        #expect(
            result.output == """
                \(tree.path)/command-policy.yaml: rules for commands: 1
                \(tree.path)/prompt-policy.yaml: rules for what untrusted content prompts: 0
                \(tree.path)/draft.yaml: rules for commands: 1

                """)
    }

    @Test(
        "Of a draft whose name tells no kind the errors are those of the kind that its keys are of",
        .enabled(if: FileSystemUser.isRoot))
    func draftErrors() throws {
        let shell = Self.allow.replacing("/usr/bin/id, arguments: []", with: "/bin/bash, arguments: [...]")
        try tree.add("x.yaml", "schema: 1\nrules:\n  - \(shell)\n")
        let refused = check("x.yaml")
        #expect(refused.error.hasPrefix("\(tree.path)/x.yaml:3:62: bash with arguments"), "\(refused.error)")
        try tree.add("y.yaml", "schema: 1\nrules:\n  - \(Self.allow.replacing("effect", with: "efect"))\n")
        #expect(check("y.yaml").error.contains("did you mean 'effect'?"), "\(check("y.yaml").error)")
    }

    @Test(
        "A rule that hands out a shell is refused at its place unless it says unrestricted",
        .enabled(if: FileSystemUser.isRoot))
    func shell() throws {
        let shell = Self.allow.replacing("/usr/bin/id, arguments: []", with: "/bin/bash, arguments: [...]")
        try tree.add("command-policy.yaml", "schema: 1\nrules:\n  - \(shell)\n")
        let refused = check("command-policy.yaml")
        #expect(refused.code == .couldNotRun)
        #expect(
            refused.error.hasPrefix(
                "\(tree.path)/command-policy.yaml:3:62: bash with arguments that are not written out gives a shell"),
            "\(refused.error)")
        try tree.add(
            "command-policy.yaml", "schema: 1\nrules:\n  - \(shell.replacing(" }", with: ", unrestricted: true }"))\n")
        #expect(check("command-policy.yaml").code == .done)
    }

    @Test(
        "Of a draft that is not root's every error is told, and that the broker would not take it",
        .enabled(if: FileSystemUser.isRoot)
    )
    func ownership() throws {
        try tree.addDirectory("p", .init(mode: 0o755, owner: 65534))
        try tree.add("p/Package.swift", "", .init(owner: 65534))
        try tree.add("p/policies/approved-ports.yaml", "")
        try tree.addDirectory("p/policies", .init(mode: 0o755, owner: 65534))
        try tree.add("p/policies/command-policy.yaml", "schema: 1\nrules: []\nx: 1\ny: 2\n", .init(owner: 65534))
        let recorded = RecordedConsole()
        let environment = InvocationEnvironment.test(executable: "\(tree.path)/p/bin/bailey")
        let tool = BaileyTool(environment: environment, console: recorded.console())
        let file = "\(tree.path)/p/policies/command-policy.yaml"
        #expect(tool.run(["policy", "check", "--json", file]) == .couldNotRun)
        let document = try JSONValue(parsing: Array(recorded.output.utf8))
        #expect(document["valid"]?.flag == false)
        #expect(document["policies"]?.elements?.isEmpty == true)
        let problems = document["problems"]?.elements ?? []
        #expect(problems.compactMap { $0["where"]?.text } == ["\(file):3:1", "\(file):4:1"])

        try tree.add("p/policies/command-policy.yaml", "schema: 1\nrules: []\n", .init(owner: 65534))
        let draft = RecordedConsole()
        #expect(BaileyTool(environment: environment, console: draft.console()).run(["policy", "check", file]) == .done)
        #expect(draft.output == "\(file): rules for commands: 0\n")
        #expect(draft.error.contains("belongs to nobody"), "\(draft.error)")
        #expect(draft.error.contains("the broker takes a command policy of root's alone"))
    }

    @Test("A required policy file that is not there is a problem", .enabled(if: FileSystemUser.isRoot))
    func requiredFile() throws {
        let text = "schema: 1\nrequire_policy_files: [prompt-policy.yaml]\nrules: []\n"
        try tree.add("command-policy.yaml", text)
        let missing = check("command-policy.yaml")
        #expect(missing.code == .couldNotRun)
        #expect(missing.error.contains("\(tree.path)/prompt-policy.yaml: is missing"))
        try tree.add("prompt-policy.yaml", "schema: 1\n")
        #expect(check("command-policy.yaml").code == .done)
    }

    @Test(
        "Without a FILE those of the policy directory are checked with the others", .enabled(if: FileSystemUser.isRoot))
    func directory() throws {
        try tree.add("command-policy.yaml", "schema: 1\nrules: nothing\n")
        try tree.add("prompt-policy.yaml", "schema: 1\nas_root: never\n")
        let recorded = RecordedConsole()
        let tool = BaileyTool(environment: .test(), console: recorded.console())
        #expect(tool.run(["policy", "check", "--policies", tree.path]) == .couldNotRun)
        #expect(recorded.error.contains("\(tree.path)/command-policy.yaml:2:8: 'rules' is a list"))
        #expect(recorded.error.contains("\(tree.path)/prompt-policy.yaml:2:10: unknown approval"))
    }
}

/// `bailey policy import` of what decided about commands before.
@Suite(.enabled(if: FileSystemUser.isRoot)) struct CommandPolicyImportTests {
    let tree: TemporaryTree

    init() throws { tree = try TemporaryTree() }

    private func run(_ arguments: String...) -> (code: ExitCode, output: String, error: String) {
        let recorded = RecordedConsole()
        let code = BaileyTool(environment: .test(), console: recorded.console()).run(arguments)
        return (code, recorded.output, recorded.error)
    }

    @Test("What sudoers becomes passes policy check; what it lost is told, and with --strict ends with 1")
    func sudoers() throws {
        try tree.add(
            "sudoers", "%sudo ALL=(ALL:ALL) ALL\nada ALL = NOPASSWD: /usr/bin/id \"\", NOEXEC: /usr/bin/env \"\"\n")
        let imported = run("policy", "import", "sudoers", "\(tree.path)/sudoers")
        #expect(imported.code == .done, "\(imported.error)")
        #expect(
            imported.error.contains("rule 2, ada = /usr/bin/env \"\": not carried over: NOEXEC"), "\(imported.error)")
        #expect(run("policy", "import", "sudoers", "\(tree.path)/sudoers", "--strict").code == .findings)
        try tree.add("command-policy.yaml", imported.output)
        let checked = run("policy", "check", "\(tree.path)/command-policy.yaml")
        #expect(checked.code == .done, "\(checked.error)")
        #expect(checked.output.hasSuffix("rules for commands: 2\n"))
    }

    @Test("sudoers that is not, is missing or is not readable by cvtsudoers is an error with what it said")
    func broken() throws {
        try tree.add("sudoers", "ada ALL = (\n")
        let broken = run("policy", "import", "sudoers", "\(tree.path)/sudoers")
        #expect(broken.code == .couldNotRun)
        #expect(broken.error.contains("\(tree.path)/sudoers:1:"), "\(broken.error)")
        try tree.add("sudoers", "ada NOWHERE = NOPASSWD: ALL\n")
        let undefined = run("policy", "import", "sudoers", "\(tree.path)/sudoers")
        #expect(undefined.code == .couldNotRun && undefined.output.isEmpty)
        #expect(undefined.error.contains("an alias that is defined nowhere"), "\(undefined.error)")
        #expect(run("policy", "import", "sudoers", "\(tree.path)/gone").error.contains("\(tree.path)/gone"))
        #expect(run("policy", "import", "\(tree.path)/a", "\(tree.path)/b").code == .usage)
    }

    @Test("The older command policy is told by its keys, and what it becomes passes policy check")
    func older() throws {
        try tree.add(
            "old.json", #"{"allow_exact": ["/usr/bin/id -u"], "allow": ["^git .*"], "deny": [], "deny_exact": []}"#)
        let imported = run("policy", "import", "\(tree.path)/old.json", "--group", "adm", "--strict")
        #expect(imported.code == .findings)
        #expect(imported.output.contains("from: { groups: [adm] }"))
        try tree.add("command-policy.yaml", imported.output)
        #expect(run("policy", "check", "\(tree.path)/command-policy.yaml").code == .done)
    }
}
