import FoundationEssentials
import HostModel
import Testing

@testable import Policies

@Suite struct CommandPolicyTests {
    private static let ada = Requester(
        user: UserID(1001), userName: "ada", group: GroupID(1001), process: ProcessID(7), startTime: 1)

    private static func policy(_ rules: String) throws -> CommandPolicy {
        try CommandPolicy(
            parsing: PolicyText(path: "command-policy.yaml", "schema: 1\nsecure_path: [/usr/bin]\nrules:\n\(rules)"),
            references: .none)
    }

    private static func decide(_ policy: CommandPolicy, _ argv: [String]) throws -> CommandDecision {
        let request = try CommandRequest(argv: argv, requestedPath: argv[0], program: argv[0], target: .root)
        return policy.decide(request, from: ada, at: Date(timeIntervalSince1970: 1_800_000_000))
    }

    private static let restart = """
          - { id: restart, effect: allow, command: /usr/bin/uptime-report, arguments: [restart, { one_of: [nginx, apache2] }], from: { users: [ada] }, run_as: { user: root }, approval: none, comment: Web operators restart their own. }

        """
    private static let never = """
          - { id: never, effect: deny, command: /usr/bin/uptime-report, arguments: [restart, apache2], comment: It is being moved. }

        """

    @Test(
        "What a rule allows is decided on the arguments themselves, one by one",
        arguments: [
            (["/usr/bin/uptime-report", "restart", "nginx"], true),
            (["/usr/bin/uptime-report", "restart", "sshd"], false),
            (["/usr/bin/uptime-report", "restart", "nginx", "extra"], false),
            (["/usr/bin/uptime-report", "restart nginx"], false),
            (["/usr/bin/other", "restart", "nginx"], false),
        ])
    func arguments(argv: [String], isAllowed: Bool) throws {
        let decision = try Self.decide(try Self.policy(Self.restart), argv)
        #expect((decision.grant != nil) == isAllowed)
        #expect(decision.grant?.rule.id == (isAllowed ? "restart" : nil))
    }

    @Test("Deny beats allow, wherever it stands")
    func denyWins() throws {
        let policy = try Self.policy(Self.restart + Self.never)
        let denial = try Self.decide(policy, ["/usr/bin/uptime-report", "restart", "apache2"]).denial
        #expect(denial?.rule?.id == "never")
    }

    @Test("A program that hands out a shell may not run with free arguments unless the rule says unrestricted")
    func shellGivers() throws {
        let rule =
            "  - { id: edit, effect: allow, command: /usr/bin/vim, arguments: [...], from: { users: [ada] }, run_as: { user: root }, approval: none, comment: x }\n"
        #expect(throws: PolicyErrors.self) { try Self.policy(rule) }
        let unrestricted = rule.replacing("approval: none", with: "approval: none, unrestricted: true")
        let decision = try Self.decide(try Self.policy(unrestricted), ["/usr/bin/vim", "/etc/hosts"])
        #expect(decision.grant != nil, "\(decision)")
    }

    @Test("A glob crosses no slash, matches no option and no way up")
    func globs() throws {
        let glob = try GlobPattern("/srv/*/log")
        #expect(glob.matches(argument: "/srv/web/log"))
        #expect(!glob.matches(argument: "/srv/web/old/log"))
        #expect(!glob.matches(argument: "/srv/../log"))
        for (pattern, text, isMatch) in [
            ("a*a", "a", false), ("a*a", "aa", true), ("**/b/**/b", "/b/a/b", true), ("**/b/**/b", "/b/b", false),
            ("*.log", ".log", true), ("*.log", "x/.log", false), ("?b", "äb", true), ("", "", true), ("", "a", false),
            ("ä*", "a\u{308}", false), ("/x/**", "/x/", true), ("/x/**", "/x", false),
        ] {
            #expect(try GlobPattern(pattern).matches(text) == isMatch, "\(pattern) \(text)")
        }
        // A slash with a combining mark behind it is a slash to the kernel.
        let below = try GlobPattern("/srv/**")
        #expect(below.matches(argument: "/srv/web/\u{301}log"))
        #expect(!below.matches(argument: "/srv/../\u{301}log"))
        #expect(!below.matches(argument: "/srv//\u{301}log"))
        #expect(!(try GlobPattern("*")).matches(argument: "--checkpoint-action=exec=sh"))
    }
}
