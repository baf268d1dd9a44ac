/// What a policy says of one request.
package enum CommandDecision: Sendable, Hashable {
    case denied(CommandDenial)
    case allowed(CommandGrant)

    package var grant: CommandGrant? {
        if case .allowed(let grant) = self { grant } else { nil }
    }

    package var denial: CommandDenial? {
        if case .denied(let denial) = self { denial } else { nil }
    }
}

/// What a command may run with, once those agreed whom it needs.
package struct CommandGrant: Sendable, Hashable {
    package var rule: RuleReference
    package var terms: ExecutionTerms
    package var approval: ApprovalRequirement
    /// Why it is what it is, for the audit log.
    package var reason: String

    package init(rule: RuleReference, terms: ExecutionTerms, approval: ApprovalRequirement, reason: String) {
        self.rule = rule
        self.terms = terms
        self.approval = approval
        self.reason = reason
    }
}

/// Why a command may not run.
package struct CommandDenial: Sendable, Hashable {
    /// What kind of refusal it is; programs tell them apart by it.
    package enum Kind: String, Sendable, CaseIterable {
        /// A rule denies it, or none allows it.
        case policy
        /// It was prompted by untrusted content, and that may not ask for it.
        case untrusted
        /// A task session is required and none was named.
        case sessionMissing = "session_missing"
        /// The rule wants to know why, and the request does not say.
        case reasonMissing = "reason_missing"
        /// The requester cannot give the proof that the rule wants of it.
        case proofImpossible = "proof_impossible"
        /// A policy is missing or broken, so nothing can be decided.
        case policyUnusable = "policy_unusable"
    }

    package var kind: Kind
    /// The rule that decided; nil when none did.
    package var rule: RuleReference?
    /// One sentence without control characters, for the audit log and the requester.
    package var reason: String

    package init(_ kind: Kind, rule: RuleReference? = nil, reason: String) {
        self.kind = kind
        self.rule = rule
        self.reason = reason
    }
}

/// Which rule decided, in which policy.
package struct RuleReference: Sendable, Hashable, CustomStringConvertible {
    package var id: String
    package var location: SourceLocation

    package init(id: String, location: SourceLocation) {
        self.id = id
        self.location = location
    }

    package var description: String { "\(id) (\(location))" }
}
