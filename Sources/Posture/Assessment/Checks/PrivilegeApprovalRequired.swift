import ControlFrameworks
import Findings
import HostModel
import Policies

/// Nothing runs as root that nobody approved. Where sudo asks for nothing at all, the opposite is plain; a password proves who asks, not
/// that anybody agreed, so that alone decides nothing.
struct PrivilegeApprovalRequired: Check {
    let description = CheckDescription(
        id: "privilege_approval_required", title: "Commands as root need an approval", category: .privilege,
        risk: .high,
        rationale:
            "An account, or an agent in it, that can become root unasked is root; a stolen session is all it takes.",
        remediation: "Remove NOPASSWD and !authenticate from sudoers, and let the privilege broker ask an approver.",
        controls: [.iso("A.8.2"), .iso("A.8.18"), .iso("A.5.15"), .csf("PR.AA-05"), .sp80053("AC-6"), .sp80053("AC-3")])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        var judgement = Judgement()
        guard let (sudo, source) = judgement.look(at: context.snapshot.sudo) else {
            judge(judgement.lookAtBroker(of: context, orElse: "nothing asks for an approval"), &judgement)
            return judgement.answer
        }
        let grants = sudo.rootGrants(accounts: context.snapshot.accounts.value)
        for grant in grants where grant.asksNothing {
            let evidence = Evidence(grant.summary.displayed, from: grant.rule.location)
            if grant.givesEverything {
                judgement.violates(
                    "\(grant.holders.joined(separator: ", ")) may run anything as root unasked", evidence)
            } else {
                judgement.fallsShort("some commands run as root unasked: \(grant.summary)", evidence)
            }
        }
        for setting in sudo.defaults where setting.name == "authenticate" && setting.isNegated {
            let whom = setting.scope.map { "for \($0)" } ?? "for everybody"
            judgement.violates(
                "sudo asks for nothing \(whom)",
                Evidence("Defaults\(setting.scope ?? "") !authenticate", from: setting.location))
        }
        for location in sudo.malformed.prefix(3) {
            judgement.isUnknown("a line of sudoers was not understood: \(location)")
        }
        if judgement.evidence.isEmpty {
            judgement.sees(Evidence("\(grants.count) grants of root, each with a password", from: source))
        }
        let policy = judgement.lookAtBroker(
            of: context, orElse: "a password shows who asks, not that anybody approved")
        judge(policy, &judgement)
        if policy != nil {
            for grant in grants where !grant.asksNothing && grant.givesEverything {
                judgement.fallsShort(
                    "\(grant.holders.joined(separator: ", ")) may still use sudo, which asks nobody for approval",
                    Evidence(grant.summary.displayed, from: grant.rule.location))
            }
        }
        return judgement.answer
    }

    /// A rule without an approval is one that somebody wrote with intention; root unasked it is all the same.
    private func judge(_ policy: CommandPolicy?, _ judgement: inout Judgement) {
        for rule in policy?.rules ?? [] {
            guard let allowance = rule.allowance, allowance.approval.isNone, allowance.capabilities == nil else {
                continue
            }
            judgement.fallsShort(
                "the rule \(rule.id) runs its command unasked",
                Evidence("approval: none", from: rule.location.description))
        }
    }
}
