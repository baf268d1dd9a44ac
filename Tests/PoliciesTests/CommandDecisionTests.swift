import FoundationEssentials
import HostModel
import LinuxSystem
import Testing

@testable import Policies

/// A test a clause of what `CommandPolicy`, `PromptPolicy` and `CommandPolicySet` say of themselves.
@Suite struct CommandDecisionTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)
    private let allow = "{ id: allow, effect: allow, command: /usr/bin/id, arguments: [-u], from: any, approval: none }"
    private let deny = "{ id: deny, effect: deny, command: /usr/bin/id, comment: Not today. }"

    private func requester(unseen: Bool = false, terminal: String? = nil, unit: String? = nil) -> Requester {
        Requester(
            user: UserID(1001), userName: "ada", group: GroupID(1001), process: ProcessID(7), startTime: 1,
            terminal: terminal, unit: unit, executable: "/usr/bin/bash", hasUnseenAncestry: unseen)
    }

    private func policy(_ rules: String..., settings: String = "") throws -> CommandPolicy {
        let list = rules.map { "  - \($0)\n" }.joined()
        return try CommandPolicy(
            parsing: PolicyText(
                path: "command-policy.yaml", "schema: 1\n\(settings)rules:\(list.isEmpty ? " []" : "\n" + list)"),
            references: .none)
    }

    private func request(
        _ argv: [String] = ["/usr/bin/id", "-u"], environment: [WantedVariable] = [], untrusted: Bool = false,
        reason: String? = nil, terminal: Bool = false, target: TargetIdentity = .root
    ) throws -> CommandRequest {
        try CommandRequest(
            argv: argv, requestedPath: argv[0], program: argv[0], target: target, environment: environment,
            isUntrusted: untrusted, reason: reason, hasTerminal: terminal)
    }

    @Test("A rule that denies wins before and behind the rule that allows, and its comment is the reason")
    func denyWins() throws {
        for policy in [try policy(allow, deny), try policy(deny, allow)] {
            let denial = policy.decide(try request(), from: requester(), at: now).denial
            #expect(denial?.rule?.id == "deny")
            #expect(denial?.reason == "rule 'deny' denies it: Not today.")
        }
    }

    @Test("Of two rules that allow, the first one written decides")
    func firstAllowDecides() throws {
        let second = allow.replacing("id: allow", with: "id: second").replacing(
            "approval: none", with: "approval: self")
        #expect(try policy(allow, second).decide(try request(), from: requester(), at: now).grant?.rule.id == "allow")
        #expect(try policy(second, allow).decide(try request(), from: requester(), at: now).grant?.rule.id == "second")
    }

    @Test("What no rule allows is denied, and the reason says which rules came near")
    func nothingMatched() throws {
        let denial = try policy().decide(try request(), from: requester(), at: now).denial
        #expect(denial == CommandDenial(.policy, reason: "no rule allows '/usr/bin/id'"))
        let near = try policy(allow).decide(try request(["/usr/bin/id", "-g"]), from: requester(), at: now).denial
        #expect(near?.rule == nil)
        #expect(near?.reason == "no rule allows '/usr/bin/id' as asked: 'allow' has other arguments")
    }

    @Test("A rule that denies and cannot be decided denies: a pattern without end, parents that could not be seen")
    func undecidedDeny() throws {
        let endless = "{ id: endless, effect: deny, command: /usr/bin/id, arguments: [{ regex: '(a|aa)+[bc]' }] }"
        let hostile = try request(["/usr/bin/id", String(repeating: "a", count: 64)])
        let wide = allow.replacing("[-u]", with: "[...]")
        let denial = try policy(wide, endless).decide(hostile, from: requester(), at: now).denial
        #expect(denial?.rule?.id == "endless")
        #expect(denial?.reason.contains("cannot be decided") == true)
        let agents = "{ id: agents, effect: deny, command: any, from: { executables: [/opt/agent] } }"
        let policy = try policy(allow, agents)
        #expect(policy.decide(try request(), from: requester(unseen: true), at: now).denial?.rule?.id == "agents")
        #expect(policy.decide(try request(), from: requester(), at: now).grant != nil)
    }

    @Test("A rule that allows and cannot be decided ends the search")
    func undecidedAllow() throws {
        let endless = allow.replacing("[-u]", with: "[{ regex: '(a|aa)+[bc]' }]").replacing(
            "id: allow", with: "id: endless")
        let policy = try policy(endless, allow.replacing("[-u]", with: "[...]"))
        let hostile = try request(["/usr/bin/id", String(repeating: "a", count: 64)])
        #expect(policy.decide(hostile, from: requester(), at: now).denial?.rule?.id == "endless")
    }

    @Test("A rule whose last day is over allows nothing, and allows on that day")
    func expiry() throws {
        // 1_800_000_000 is 2027-01-15 08:00 UTC.
        for (day, allowed) in [("2027-01-14", false), ("2027-01-15", true)] {
            let policy = try policy(allow.replacing(" }", with: ", expires: \(day) }"))
            #expect((policy.decide(try request(), from: requester(), at: now).grant != nil) == allowed, "\(day)")
        }
    }

    @Test(
        "A rule is about what it names: requester, target, time, directory and variables",
        arguments: [
            ("from: any", "from: { users: [eve] }"), ("from: any", "from: { groups: [wheel] }"),
            ("from: any", "from: { units: [a.service] }"), ("from: any", "from: { executables: [/usr/bin/zsh] }"),
            ("from: any", "from: any, run_as: postgres"),
            // 2027-01-15 is a Friday.
            ("from: any", "from: any, time: { days: [sat, sun] }"),
            ("from: any", "from: any, time: { hours: '09:00-10:00' }"),
        ])
    func matching(old: String, new: String) throws {
        #expect(try policy(allow).decide(try request(), from: requester(), at: now).grant != nil)
        let denial = try policy(allow.replacing(old, with: new)).decide(try request(), from: requester(), at: now)
            .denial
        #expect(denial?.kind == .policy)
    }

    @Test(
        "A group that a process has shed still denies and allows nothing, and a user without an account may be whoever is denied"
    )
    func shedGroups() throws {
        var shed = requester()
        (shed.accountGroups, shed.accountGroupNames) = ([GroupID(4101)], ["web"])
        var subordinate = requester()
        (subordinate.user, subordinate.userName) = (UserID(100_000), nil)
        for group in ["web", "4101"] {
            let from = "from: { groups: [\(group)] }"
            let deny = try policy(allow, "{ id: no-web, effect: deny, command: any, \(from) }")
            #expect(deny.decide(try request(), from: shed, at: now).denial?.rule?.id == "no-web")
            #expect(deny.decide(try request(), from: subordinate, at: now).denial?.rule?.id == "no-web")
            #expect(deny.decide(try request(), from: requester(), at: now).grant != nil)
            let allowed = try policy(allow.replacing("from: any", with: from))
            #expect(allowed.decide(try request(), from: shed, at: now).grant == nil)
        }
        let deny = try policy(allow, "{ id: no-eve, effect: deny, command: any, from: { users: [eve] } }")
        #expect(deny.decide(try request(), from: subordinate, at: now).denial?.rule?.id == "no-eve")
        #expect(deny.decide(try request(), from: requester(), at: now).grant != nil)
        #expect(try policy(allow).decide(try request(), from: subordinate, at: now).grant != nil)
    }

    @Test(
        "A rule for a unit allows what root's systemd put in it; of the names that a user gave its own groups it only denies",
        arguments: [
            ("/system.slice/backup.service", true), ("/system.slice/backup.service/inner", true),
            ("/user.slice/user-4001.slice/user@4001.service/backup.service", false),
            ("/user.slice/user-4001.slice/user@4001.service/app.slice/backup.service/x.scope", false),
            ("/system.slice/agent.service/backup.service", false), ("/system.slice/other.service", false),
        ])
    func units(cgroup: String, isOfRoot: Bool) throws {
        var requester = requester(unit: cgroup.split(separator: "/").last.map(String.init))
        requester.cgroup = cgroup
        let units = "from: { units: [backup.service] }"
        let allowed = try policy(allow.replacing("from: any", with: units))
        #expect((allowed.decide(try request(), from: requester, at: now).grant != nil) == isOfRoot)
        let deny = try policy(allow, "{ id: backups, effect: deny, command: any, \(units) }")
        let denial = deny.decide(try request(), from: requester, at: now).denial
        #expect((denial?.rule?.id == "backups") == cgroup.contains("backup.service"))
    }

    @Test("A variable asked for by name that the rule does not keep is refused aloud; one merely there is left out")
    func variables() throws {
        let policy = try policy(allow)
        let asked = try request(environment: [WantedVariable("TZ", "UTC", isAskedFor: true)])
        #expect(policy.decide(asked, from: requester(), at: now).denial?.reason.contains("'TZ'") == true)
        let there = try request(environment: [WantedVariable("TZ", "UTC")])
        #expect(policy.decide(there, from: requester(), at: now).grant?.terms.environment == [])
    }

    @Test(
        "What no command's environment may have can be neither kept nor set by a rule",
        arguments: [
            "LD_PRELOAD", "GLIBC_TUNABLES", "BASH_ENV", "PYTHONPATH", "EDITOR", "LESSOPEN", "GIT_SSH",
            "XDG_CONFIG_HOME",
            "npm_config_prefix", "RSYNC_RSH", "SSL_CERT_FILE", "DOCKER_HOST", "GCONV_PATH", "R_LIBS", "SVN_SSH",
        ])
    func dangerousVariables(name: String) {
        #expect(VariableName.objectionToKeeping(name) != nil)
        #expect(VariableName.objectionToSetting(name) != nil)
        var environment = CommandEnvironment()
        #expect(throws: CommandEnvironment.Refusal.self) { try environment.set(name, to: "x") }
    }

    @Test("What names no task session is denied where every request needs one")
    func session() throws {
        let policy = try policy(allow, settings: "require_session: true\n")
        var request = try request()
        #expect(policy.decide(request, from: requester(), at: now).denial?.kind == .sessionMissing)
        request.session = TaskSessionID("t-1")
        #expect(policy.decide(request, from: requester(), at: now).grant != nil)
    }

    @Test("What gives no reason is denied where the rule wants one")
    func reason() throws {
        let policy = try policy(allow.replacing(" }", with: ", reason_required: true }"))
        for reason in [nil, "", " \t"] {
            let request = try request(reason: reason)
            #expect(policy.decide(request, from: requester(), at: now).denial?.kind == .reasonMissing)
        }
        #expect(policy.decide(try request(reason: "disk is full"), from: requester(), at: now).grant != nil)
    }

    @Test("Confirm is refused to who has no terminal, and to an agent at one")
    func confirm() throws {
        let rule = allow.replacing("approval: none", with: "approval: confirm")
        let policy = try policy(rule, settings: "agents: { units: [claude.service] }\n")
        let person = requester(terminal: "/dev/pts/1")
        #expect(policy.decide(try request(), from: requester(), at: now).denial?.kind == .proofImpossible)
        #expect(policy.decide(try request(terminal: true), from: person, at: now).grant != nil)
        let agent = requester(terminal: "/dev/pts/1", unit: "claude.service")
        let denial = policy.decide(try request(terminal: true), from: agent, at: now).denial
        #expect(denial?.kind == .proofImpossible)
        #expect(denial?.reason.contains("listed as an agent") == true)
    }

    // MARK: What decides together

    private func decide(
        _ commands: PolicyState<CommandPolicy>, _ prompts: PolicyState<PromptPolicy> = .missing(path: "p"),
        otherFiles: [String: String?] = [:], untrusted: Bool = false
    ) throws -> CommandDecision {
        CommandPolicySet(commands: commands, prompts: prompts, otherFiles: otherFiles)
            .decide(try request(untrusted: untrusted), from: requester(), at: now)
    }

    @Test("A policy that is missing or broken denies everything, and says why")
    func unusable() throws {
        let missing = try decide(.missing(path: "/etc/bailey/command-policy.yaml")).denial
        #expect(missing?.kind == .policyUnusable)
        #expect(missing?.reason.contains("/etc/bailey/command-policy.yaml is missing") == true)
        let broken = try decide(.broken(["x.yaml:1:1: a", "b"])).denial
        #expect(broken?.reason.hasSuffix("so nothing may run: x.yaml:1:1: a (and 1 more)") == true)
        let prompt = try decide(.usable(try policy(allow)), .broken(["y.yaml:2:1: c"])).denial
        #expect(prompt?.kind == .policyUnusable)
    }

    @Test("A required policy file that is missing, broken or was not looked at denies everything")
    func requiredFiles() throws {
        let other = try policy(allow, settings: "require_policy_files: [egress-allowlist.yaml]\n")
        #expect(try decide(.usable(other)).denial?.kind == .policyUnusable)
        #expect(try decide(.usable(other), otherFiles: ["egress-allowlist.yaml": "is missing"]).grant == nil)
        #expect(try decide(.usable(other), otherFiles: ["egress-allowlist.yaml": nil]).grant != nil)
        let prompt = try policy(allow, settings: "require_policy_files: [prompt-policy.yaml]\n")
        #expect(try decide(.usable(prompt)).denial?.kind == .policyUnusable)
        #expect(try decide(.usable(prompt), .usable(.standard)).grant != nil)
    }

    // MARK: Untrusted content

    private func untrusted(_ prompts: String?, rule: String? = nil) throws -> CommandDecision {
        let state: PolicyState<PromptPolicy> =
            try prompts.map { .usable(try PromptPolicy(parsing: PolicyText(path: "p", "schema: 1\n\($0)"))) }
            ?? .missing(path: "p")
        return try decide(.usable(try policy(rule ?? allow)), state, untrusted: true)
    }

    @Test("Without a prompt policy what runs as root needs a peer, and what runs as another nothing more")
    func promptsByDefault() throws {
        #expect(try untrusted(nil).grant?.approval == ApprovalRequirement([.peer]))
        let trusted = try decide(.usable(try policy(allow)), untrusted: false)
        #expect(trusted.grant?.approval.isNone == true)
    }

    @Test(
        "A prompt rule that denies beats those that ask; of these the first one written decides; else as_root or otherwise"
    )
    func promptPrecedence() throws {
        let ask =
            "rules:\n  - { id: one, commands: [/usr/bin/id], needs: self }\n  - { id: two, rules: [allow], needs: peer }\n"
        #expect(try untrusted(ask).grant?.approval == ApprovalRequirement([.self]))
        let denial = try untrusted(ask + "  - { id: no, commands: [/usr/bin/*], needs: deny, comment: Never. }\n")
            .denial
        #expect(denial?.kind == .untrusted)
        #expect(denial?.reason == "prompt rule 'no' denies it to what untrusted content prompted: Never.")
        #expect(try untrusted("as_root: { peer: 2 }\n").grant?.approval.peers == 2)
        let reason = try untrusted("as_root: { peer: 2 }\n").grant?.reason
        #expect(reason?.hasSuffix("; untrusted content prompted it: needs peer: 2") == true, "\(reason ?? "")")
        #expect(try untrusted("as_root: deny\n").denial?.kind == .untrusted)
        let ownRights = allow.replacing("approval: none", with: "approval: none, capabilities: [net_raw]")
        #expect(try untrusted("as_root: deny\n", rule: ownRights).denial?.kind == .untrusted)
    }

    @Test("A session is spoken of only where there is one")
    func promptWords() throws {
        let set = CommandPolicySet(
            commands: .usable(try policy(allow)),
            prompts: .usable(try PromptPolicy(parsing: PolicyText(path: "p", "schema: 1\nas_root: deny\n"))))
        var asked = try request(untrusted: true)
        #expect(
            set.decide(asked, from: requester(), at: now).denial?.reason
                == "what untrusted content prompted may not run it")
        asked.session = TaskSessionID("task")
        #expect(
            set.decide(asked, from: requester(), at: now).denial?.reason
                == "a session with untrusted content may not run it")
    }

    @Test("A prompt policy only adds to what the rule asks for")
    func promptOnlyAdds() throws {
        let rule = allow.replacing("approval: none", with: "approval: self")
        #expect(try untrusted("as_root: none\n", rule: rule).grant?.approval == ApprovalRequirement([.self]))
        #expect(try untrusted("as_root: peer\n", rule: rule).grant?.approval == ApprovalRequirement([.self, .peer]))
    }
}
