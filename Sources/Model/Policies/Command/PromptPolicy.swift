import YAML

/// What a request needs that content nobody vouches for has prompted: `prompt-policy.yaml`. It only ever adds to what the command
/// policy asks for.
///
/// A rule that denies beats those that ask for approval; of these the first one written decides; where none matches, `as_root` holds
/// for what runs as root or with capabilities, and `otherwise` for the rest.
package struct PromptPolicy: Sendable, Hashable {
    package enum Requirement: Sendable, Hashable {
        case denied
        case approval(ApprovalRequirement)
    }

    package struct Rule: Sendable, Hashable {
        package var id: String
        package var location: SourceLocation
        /// Ids of rules of the command policy; nil when any will do. Each kind that is named has to fit.
        package var rules: Set<String>?
        package var commands: [GlobPattern]?
        package var classes: Set<ShellGiver.Class>?
        package var requirement: Requirement
        package var comment: String?

        func matches(_ request: CommandRequest, rule: RuleReference) -> Bool {
            if let rules, !rules.contains(rule.id) { return false }
            let paths = [request.program, request.requestedPath]
            if let commands, !paths.contains(where: { path in commands.contains { $0.matches(path) } }) { return false }
            if let classes {
                let kinds = paths.compactMap { ShellGiver.entry(for: $0)?.kind }
                if classes.isDisjoint(with: kinds) { return false }
            }
            return true
        }
    }

    package var version: String
    package var asRoot: Requirement
    package var otherwise: Requirement
    package var rules: [Rule]

    /// What holds where no such file is: whatever runs as root needs a peer.
    package static let standard = PromptPolicy(
        version: "standard", asRoot: .approval(ApprovalRequirement([.peer])), otherwise: .approval(.none), rules: [])

    package init(version: String, asRoot: Requirement, otherwise: Requirement, rules: [Rule]) {
        self.version = version
        self.asRoot = asRoot
        self.otherwise = otherwise
        self.rules = rules
    }

    /// What a grant becomes for an untrusted request.
    package func strengthen(_ grant: CommandGrant, for request: CommandRequest) -> CommandDecision {
        let matching = rules.filter { $0.matches(request, rule: grant.rule) }
        let isSession = request.session != nil
        let what = isSession ? "a session with untrusted content" : "what untrusted content prompted"
        if let rule = matching.first(where: { $0.requirement == .denied }) {
            let said = rule.comment.map { ": \($0.onOneLine)" } ?? ""
            return denied(grant, "prompt rule '\(rule.id)' denies it to \(what)\(said)")
        }
        switch matching.first?.requirement ?? (grant.terms.rights.isPrivileged ? asRoot : otherwise) {
        case .denied: return denied(grant, "\(what) may not run it")
        case .approval(let more):
            var result = grant
            result.approval = grant.approval.strengthened(by: more)
            if result.approval != grant.approval {
                let mark = isSession ? "the session has untrusted content" : "untrusted content prompted it"
                let why = matching.first.map { "prompt rule '\($0.id)'" } ?? mark
                result.reason += "; \(why): needs \(result.approval)"
            }
            return .allowed(result)
        }
    }

    private func denied(_ grant: CommandGrant, _ reason: String) -> CommandDecision {
        .denied(CommandDenial(.untrusted, rule: grant.rule, reason: reason))
    }
}
