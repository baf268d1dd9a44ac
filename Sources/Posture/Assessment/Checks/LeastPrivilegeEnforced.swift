import ControlFrameworks
import Findings
import HostModel

/// No account but root stands there with all of root's rights: not by its number, not by sudo, and above all not the account of an AI
/// agent, whose process does not run as root either.
struct LeastPrivilegeEnforced: Check {
    let description = CheckDescription(
        id: "least_privilege_enforced", title: "No account has root's rights standing ready", category: .privilege,
        risk: .high,
        rationale: """
            Rights that stand ready are used by whoever takes over the account. People need them for minutes a week, an AI agent \
            for single commands.
            """,
        remediation: """
            Give the agent an account of its own without sudo, replace ALL in sudoers by the commands that are needed, and remove \
            other accounts with user id 0.
            """,
        controls: [
            .iso("A.8.2"), .iso("A.5.15"), .iso("A.5.18"), .csf("PR.AA-05"), .sp80053("AC-6"), .sp80053("AC-5"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        var judgement = Judgement()
        let agents = context.agentAccounts
        let accounts = judgement.look(at: context.snapshot.accounts)
        if let (accounts, source) = accounts {
            for account in accounts.users where account.userID == .root && account.name != "root" {
                judgement.violates(
                    "\(account.name.displayed) has user id 0",
                    Evidence("\(account.name.displayed) has user id 0", from: source))
            }
            for (group, member) in RootEquivalentGroup.memberships(in: accounts) where agents.contains(member) {
                judgement.violates(
                    "the AI agent's account \(member) is in group \(group)",
                    Evidence(
                        "\(member) is in \(group), which \(RootEquivalentGroup.reasons[group] ?? "is root")",
                        from: source))
            }
            judgement.sees(Evidence("\(accounts.users.count) accounts", from: source))
        }
        if let (sudo, source) = judgement.look(at: context.snapshot.sudo) {
            let grants = sudo.rootGrants(accounts: accounts?.value)
            for grant in grants where grant.givesEverything { judge(grant, agents: agents, &judgement) }
            judgement.sees(Evidence("\(grants.count) grants of root", from: source))
            for location in sudo.malformed.prefix(3) {
                judgement.isUnknown("a line of sudoers was not understood: \(location)")
            }
        }
        judgeProcesses(context, &judgement)
        if case .unseen(let gap) = context.snapshot.agentGateways { judgement.isUnknown(gap) }
        return judgement.answer
    }

    private func judge(_ grant: SudoGrant, agents: Set<String>, _ judgement: inout Judgement) {
        let evidence = Evidence(grant.summary.displayed, from: grant.rule.location)
        let holders = grant.holders.joined(separator: ", ")
        if agents.contains(where: grant.isHeld) {
            judgement.violates("an AI agent's account may run anything as root (\(holders))", evidence)
        } else if grant.asksNothing {
            judgement.violates("\(holders) may run anything as root unasked", evidence)
        } else {
            judgement.fallsShort("\(holders) may run anything as root", evidence)
        }
    }

    private func judgeProcesses(_ context: AssessmentContext, _ judgement: inout Judgement) {
        guard case .seen(let processes, let source) = context.snapshot.processes else {
            if case .unseen(let gap) = context.snapshot.processes, !context.agentAccounts.isEmpty {
                judgement.isUnknown(gap)
            }
            return
        }
        for process in processes where process.userID == .root && GatewayListeners.isGateway(process) {
            judgement.violates(
                "an AI agent's gateway runs as root",
                Evidence("process \(process.id) (\(process.name.displayed)) runs as root", from: source))
        }
    }
}

extension AssessmentContext {
    /// Names of the accounts that have an AI agent set up.
    var agentAccounts: Set<String> { Set((snapshot.agentGateways.value ?? []).map(\.account)) }
}
