package import BrokerProtocol
package import Policies

// What the policy says, in the words that clients are told.

extension RequestConversation.Ruling {
    /// `policy` is the digest of the files that decided: the version that the decision names.
    package init(_ decision: CommandDecision, policy: SubjectDigest?) {
        switch decision {
        case .denied(let denial) where denial.kind == .reasonMissing: self = .needsReason(Refusal(denial))
        case .denied(let denial): self = .denied(Refusal(denial))
        case .allowed(let grant): self = .allowed(DecisionReport(grant, policy: policy))
        }
    }
}

extension Refusal {
    package init(_ denial: CommandDenial) {
        self.init(
            code: RefusalCode(denial.kind), text: denial.reason, rule: denial.rule?.description,
            remedy: denial.kind.remedy)
    }
}

extension RefusalCode {
    fileprivate init(_ kind: CommandDenial.Kind) {
        switch kind {
        case .policy, .reasonMissing: self = .deniedByPolicy
        case .untrusted: self = .untrustedSource
        case .sessionMissing: self = .sessionMissing
        case .proofImpossible: self = .proofFailed
        case .policyUnusable: self = .policyUnusable
        }
    }
}

extension CommandDenial.Kind {
    fileprivate var remedy: String {
        switch self {
        case .policy: "see which rules there are (sudo -l); a rule is added to command-policy.yaml, by root"
        case .untrusted: "have a person ask for it, from a session that read nothing untrusted"
        case .sessionMissing: "name the task: --session ID or BAILEY_SESSION_ID"
        case .reasonMissing: "say why: --reason TEXT or BAILEY_REASON"
        case .proofImpossible: "ask from a terminal of your own"
        case .policyUnusable: "see what is wrong: bailey policy check"
        }
    }
}

extension DecisionReport {
    package init(_ grant: CommandGrant, policy: SubjectDigest?) {
        self.init(
            isAllowed: true, rule: grant.rule.description, reason: grant.reason, approvals: grant.approval.needs,
            policy: policy)
    }
}

extension ApprovalRequirement {
    /// Each method by how many people, in the order they are asked for.
    package var needs: [ApprovalNeed] {
        methods.map { method in
            switch method {
            case .confirm: ApprovalNeed(.confirm)
            case .token: ApprovalNeed(.token)
            case .totp: ApprovalNeed(.oneTimeCode)
            case .self: ApprovalNeed(.ownOtherTerminal)
            case .peer: ApprovalNeed(.peer, count: UInt16(clamping: peers))
            }
        }
    }
}
