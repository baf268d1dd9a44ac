import BrokerProtocol
import Policies
import PrivilegeBroker
import Testing

@Suite struct PolicyAnswerTests {
    private static let rule = RuleReference(
        id: "restart", location: SourceLocation(path: "/etc/bailey/command-policy.yaml", line: 4, column: 5))

    @Test(
        "Each kind of refusal has the exit code that is its own, and says what to do",
        arguments: [
            (CommandDenial.Kind.policy, RefusalCode.deniedByPolicy), (.untrusted, .untrustedSource),
            (.sessionMissing, .sessionMissing), (.proofImpossible, .proofFailed), (.policyUnusable, .policyUnusable),
        ])
    func denials(kind: CommandDenial.Kind, code: RefusalCode) {
        let denial = CommandDenial(kind, rule: Self.rule, reason: "why")
        guard case .denied(let refusal) = RequestConversation.Ruling(.denied(denial), policy: nil) else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.code == code)
        #expect(refusal.text == "why")
        #expect(refusal.rule == "restart (/etc/bailey/command-policy.yaml:4:5)")
        #expect(refusal.remedy?.isEmpty == false)
    }

    @Test("A missing reason can still be given")
    func missingReason() {
        let denial = CommandDenial(.reasonMissing, rule: Self.rule, reason: "why?")
        guard case .needsReason(let refusal) = RequestConversation.Ruling(.denied(denial), policy: nil) else {
            Issue.record("not asked for")
            return
        }
        #expect(refusal.code == .deniedByPolicy)
    }

    @Test("What a rule asks for is asked for, each method and every person")
    func needs() {
        #expect(ApprovalRequirement.none.needs.isEmpty)
        #expect(
            ApprovalRequirement([.confirm, .token, .totp, .self], peers: 2).needs == [
                ApprovalNeed(.confirm), ApprovalNeed(.token), ApprovalNeed(.oneTimeCode),
                ApprovalNeed(.ownOtherTerminal), ApprovalNeed(.peer, count: 2),
            ])
        for method in ApprovalRequirement.Method.allCases {
            #expect(ApprovalRequirement([method]).needs.map(\.method.name) == [method.rawValue])
        }
    }

    @Test("An allowed command says by which rule, why, and by which version of the policy")
    func allowed() {
        let grant = CommandGrant(
            rule: Self.rule, terms: ExecutionTerms(rights: .identity(.root)), approval: ApprovalRequirement([.peer]),
            reason: "rule restart")
        guard case .allowed(let report) = RequestConversation.Ruling(.allowed(grant), policy: Scene.digest(9)) else {
            Issue.record("not allowed")
            return
        }
        #expect(report.isAllowed)
        #expect(report.policy == Scene.digest(9))
        #expect(report.approvals == [ApprovalNeed(.peer)])
    }
}
