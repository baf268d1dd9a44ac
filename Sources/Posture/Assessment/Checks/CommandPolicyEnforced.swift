import ControlFrameworks
import Findings
import HostModel
import JSON

/// Commands of an AI agent are held against a list before they run, and nobody's account may run whatever it likes as root unasked.
struct CommandPolicyEnforced: Check {
    let description = CheckDescription(
        id: "command_policy_enforced", title: "Commands are held against a policy before they run",
        category: .privilege,
        risk: .high,
        rationale:
            "An agent runs what a text suggested; a list of commands it may run bounds what a wrong or planted suggestion does.",
        remediation: """
            Set tools.exec.security to allowlist (or deny) and tools.elevated.enabled to false in openclaw.json; remove \
            NOPASSWD: ALL from sudoers.
            """,
        controls: [
            .iso("A.8.18"), .iso("A.8.19"), .iso("A.8.2"), .csf("PR.PS-05"), .csf("PR.AA-05"), .sp80053("CM-7"),
            .sp80053("AC-6"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        var judgement = Judgement()
        if let (sudo, source) = judgement.look(at: context.snapshot.sudo) {
            let grants = sudo.rootGrants(accounts: context.snapshot.accounts.value)
            for grant in grants where grant.asksNothing && grant.givesEverything {
                judgement.violates(
                    "\(grant.holders.joined(separator: ", ")) may run anything as root unasked",
                    Evidence(grant.summary.displayed, from: grant.rule.location))
            }
            judgement.sees(Evidence("\(grants.count) grants of root", from: source))
        }
        if (context.snapshot.agentGateways.value ?? []).isEmpty {
            _ = judgement.lookAtBroker(of: context, orElse: "no policy decides which commands run as root")
        }
        return context.judgeGateways(startingFrom: judgement) { gateway, configuration, source in
            .judged(Self.judge(gateway, configuration, source))
        }
    }

    /// The agent's own policy, of its defaults and of each agent that has settings of its own.
    private static func judge(_ gateway: AgentGateway, _ configuration: JSONValue, _ source: String) -> Judgement {
        var judgement = Judgement()
        var scopes = [("tools", configuration["tools"])]
        let agents = configuration["agents"]
        for (index, agent) in (agents?["list"]?.elements ?? []).enumerated() {
            scopes.append(("agents.list[\(index)].tools", agent["tools"]))
        }
        for (name, agent) in (agents?["entries"]?.members ?? [:]).sorted(by: { $0.key < $1.key }) {
            scopes.append(("agents.entries.\(name.displayed).tools", agent["tools"]))
        }
        for (scope, tools) in scopes where tools != nil || scope == "tools" {
            judge(tools, scope: scope, account: gateway.account, source, &judgement)
        }
        return judgement
    }

    private static func judge(
        _ tools: JSONValue?, scope: String, account: String, _ source: String, _ judgement: inout Judgement
    ) {
        let setting = (tools?["exec"]?["mode"] ?? tools?["exec"]?["security"])?.text
        let evidence = Evidence("\(scope).exec security \((setting ?? "not set").displayed)", from: source)
        let denied = tools?["deny"]?.elements?.compactMap(\.text) ?? []
        switch setting {
        case _ where !Set(["*", "exec", "bash", "group:runtime"]).isDisjoint(with: denied):
            judgement.sees(Evidence("\(scope).deny takes command execution away", from: source))
        case "deny", "allowlist", "ask": judgement.sees(evidence)
        case "auto": judgement.fallsShort("\(account): a model reviews commands that no list names", evidence)
        case "full": judgement.violates("\(account): the agent runs any command", evidence)
        case nil where scope != "tools": break
        default: judgement.fallsShort("\(account): which commands the agent runs is left to its default", evidence)
        }
        let elevated = tools?["elevated"]
        let senders = elevated?["allowFrom"]?.members?.values.flatMap { $0.elements ?? [] } ?? []
        if elevated?["enabled"]?.flag != false, senders.contains(where: { $0.text?.trimmed == "*" }) {
            judgement.violates(
                "\(account): anybody may switch to elevated execution",
                Evidence("\(scope).elevated.allowFrom contains \u{201c}*\u{201d}", from: source))
        }
    }
}
