import ControlFrameworks
import Findings
import HostModel
import Policies

/// The most dangerous commands need two independent proofs. Where sudo asks for none there is not even one; whether a second is asked
/// for is the broker's to show.
struct MultiFactorApproval: Check {
    let description = CheckDescription(
        id: "multi_factor_approval", title: "Dangerous commands need more than one proof", category: .privilege,
        risk: .medium,
        rationale:
            "A password is typed into the same session that was taken over; a second factor, or a second person, is not in it.",
        remediation:
            "Ask for a password in sudoers at the least, and have the privilege broker ask a second person or factor.",
        controls: [.iso("A.8.5"), .iso("A.5.17"), .csf("PR.AA-03"), .sp80053("IA-2"), .sp80053("AC-3")])

    /// PAM modules that ask for something other than the password.
    private static let modules = [
        "pam_duo", "pam_google_authenticator", "pam_oath", "pam_pkcs11", "pam_u2f", "pam_yubico", "pam_fprintd",
    ]

    let facts = modules.map { FactKey("pam.sudo.\($0)") }

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        var judgement = Judgement()
        if let (sudo, source) = judgement.look(at: context.snapshot.sudo) {
            let grants = sudo.rootGrants(accounts: context.snapshot.accounts.value)
            for grant in grants where grant.asksNothing && grant.givesEverything {
                judgement.violates(
                    "\(grant.holders.joined(separator: ", ")) becomes root without any proof",
                    Evidence(grant.summary.displayed, from: grant.rule.location))
            }
            judgement.sees(Evidence("\(grants.count) grants of root", from: source))
        }
        for key in facts {
            // PAM alone does not say whether the module is asked beside the password or in its place.
            guard case .seen(.flag(true), let source) = context.snapshot.facts[key] else { continue }
            let module = key.rawValue.split(separator: ".").last ?? ""
            judgement.fallsShort(
                "sudo has a second factor, no second person approves", Evidence("sudo runs \(module)", from: source))
        }
        if let policy = judgement.lookAtBroker(of: context, orElse: "nothing shows that a second factor is asked for") {
            for rule in policy.rules { judge(rule, &judgement) }
        }
        return judgement.answer
    }

    /// A second factor is another person, another terminal, or a code from another device; the password alone is one.
    private func judge(_ rule: CommandRule, _ judgement: inout Judgement) {
        guard let approval = rule.allowance?.approval, rule.allowance?.capabilities == nil else { return }
        let isSecond = approval.waitsForOthers || approval.methods.contains(.totp) || approval.methods.count > 1
        let evidence = Evidence("approval: \(approval)", from: rule.location.description)
        if isSecond {
            judgement.sees(evidence)
        } else {
            judgement.fallsShort("the rule \(rule.id) asks for one factor at most", evidence)
        }
    }
}
