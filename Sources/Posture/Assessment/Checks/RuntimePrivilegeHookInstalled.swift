import ControlFrameworks
import Findings
import HostModel
import Policies

/// An AI agent's privileged commands go through a guard in its runtime. An agent whose account reaches root by sudo unasked goes past
/// any guard; whether there is one is the broker's to show.
struct RuntimePrivilegeHookInstalled: Check {
    let description = CheckDescription(
        id: "runtime_privilege_hook_installed", title: "The AI agent's runtime sends privileged commands to the guard",
        category: .agents, risk: .high,
        rationale:
            "An agent that runs sudo itself decides alone; a hook in its runtime puts policy and an approver in between.",
        remediation:
            "Take sudo from the agent's account, and put bailey-sudo in its place once the privilege broker is installed.",
        controls: [
            .iso("A.8.2"), .iso("A.8.18"), .csf("PR.AA-05"), .csf("PR.PS-05"), .sp80053("AC-3"), .sp80053("AC-6"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.judgeGateways { gateway, _, source in
            var judgement = Judgement()
            judgement.sees(Evidence("\(gateway.account) runs an AI agent", from: source))
            if let (sudo, _) = judgement.look(at: context.snapshot.sudo) {
                let grants = sudo.rootGrants(accounts: context.snapshot.accounts.value)
                for grant in grants where grant.asksNothing && grant.isHeld(by: gateway.account) {
                    judgement.violates(
                        "\(gateway.account), an AI agent's account, runs commands as root past any hook",
                        Evidence(grant.summary.displayed, from: grant.rule.location))
                }
            }
            if let policy = judgement.lookAtBroker(of: context, orElse: "there is nothing a hook could ask") {
                let id = context.snapshot.accounts.value?.user(named: gateway.account)?.userID
                let isListed = policy.agents.users.contains { user in
                    switch user {
                    case .name(let name): name == gateway.account
                    case .id(let listed): listed == id
                    }
                }
                if isListed {
                    judgement.sees(Evidence("\(gateway.account) is listed as an AI agent", from: policy.path))
                } else {
                    judgement.fallsShort(
                        "the command policy does not list \(gateway.account) as an AI agent",
                        Evidence("agents: \(policy.agents.users.count) users", from: policy.path))
                }
            }
            return .judged(judgement)
        }
    }
}
