package import struct FoundationEssentials.Date

/// A policy file as it was found.
package enum PolicyState<Policy: Sendable>: Sendable {
    case usable(Policy)
    case missing(path: String)
    /// It cannot be read, others may write it, or its text is wrong: what is the matter, a line each.
    case broken([String])

    package init(_ file: PolicyText, parse: (PolicyText) throws(PolicyErrors) -> Policy) {
        do throws(PolicyErrors) {
            self = .usable(try parse(file))
        } catch {
            self = .broken(error.errors.map(\.description))
        }
    }
}

/// Everything that decides about commands at one time, the files that could not be used among it: then everything is denied, and the
/// reason says which and why.
package struct CommandPolicySet: Sendable {
    package var commands: PolicyState<CommandPolicy>
    package var prompts: PolicyState<PromptPolicy>
    /// What is wrong with each file of `require_policy_files` besides these two, by the name it is listed under; nil when it is sound.
    package var otherFiles: [String: String?]

    package init(
        commands: PolicyState<CommandPolicy>, prompts: PolicyState<PromptPolicy>, otherFiles: [String: String?] = [:]
    ) {
        self.commands = commands
        self.prompts = prompts
        self.otherFiles = otherFiles
    }

    package static let commandFile = "command-policy.yaml"
    package static let promptFile = "prompt-policy.yaml"

    /// The policy in force; nil when everything is denied because of `unusable`.
    package var commandPolicy: CommandPolicy? {
        if unusable == nil, case .usable(let policy) = commands { policy } else { nil }
    }

    /// Why nothing may run; nil when the policies can decide.
    package var unusable: String? {
        let policy: CommandPolicy
        switch commands {
        case .usable(let usable): policy = usable
        case .missing(let path): return "the command policy \(path) is missing, so nothing may run"
        case .broken(let why): return "the command policy cannot be used, so nothing may run: \(Self.summary(why))"
        }
        if case .broken(let why) = prompts {
            return "the prompt policy cannot be used, so nothing may run: \(Self.summary(why))"
        }
        for name in policy.requiredFiles {
            if let problem = problem(with: name) {
                return "the policy file \(name) is required and \(problem), so nothing may run"
            }
        }
        return nil
    }

    private func problem(with name: String) -> String? {
        switch name {
        case Self.commandFile: return nil
        case Self.promptFile:
            if case .missing = prompts { return "is missing" }
            return nil
        default:
            guard let known = otherFiles[name] else { return "was not looked at" }
            return known.map { "cannot be used: \($0)" }
        }
    }

    private static func summary(_ lines: [String]) -> String {
        (lines.first?.onOneLine ?? "no reason is known") + (lines.count > 1 ? " (and \(lines.count - 1) more)" : "")
    }

    /// The decision about a request, with what untrusted content asks for on top.
    package func decide(_ request: CommandRequest, from requester: Requester, at now: Date) -> CommandDecision {
        guard unusable == nil, case .usable(let policy) = commands else {
            return .denied(CommandDenial(.policyUnusable, reason: unusable ?? "there is no command policy"))
        }
        let decision = policy.decide(request, from: requester, at: now)
        guard request.isUntrusted, case .allowed(let grant) = decision else { return decision }
        let prompt: PromptPolicy = if case .usable(let prompt) = prompts { prompt } else { .standard }
        let stronger = prompt.strengthen(grant, for: request)
        guard case .allowed(let grant) = stronger,
            let objection = policy.objection(to: grant.approval, request, requester)
        else { return stronger }
        return .denied(
            CommandDenial(.untrusted, rule: grant.rule, reason: "rule '\(grant.rule.id)' \(objection)"))
    }
}
