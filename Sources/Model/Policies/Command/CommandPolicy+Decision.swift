private import LinuxSystem
import PatternMatching
import YAML

package import struct FoundationEssentials.Date

/// What one rule has to do with a request.
enum RuleMatch {
    /// It is about something else.
    case elsewhere
    /// It is about this command, but not as it was asked for: why.
    case missed(String)
    case matched
    /// It cannot be told: why.
    case undecided(String)
}

extension CommandPolicy {
    /// What the rules say; untrusted content and required files are `CommandPolicySet`'s.
    package func decide(_ request: CommandRequest, from requester: Requester, at now: Date) -> CommandDecision {
        if requiresSession, request.session == nil {
            return .denied(
                CommandDenial(
                    .sessionMissing,
                    reason: "every command needs a task session here; name one with --session ID"))
        }
        for rule in rules where rule.effect == .deny {
            if let denial = rule.denial(of: request, from: requester, at: now) { return .denied(denial) }
        }
        var misses: [String] = []
        for rule in rules {
            guard case .allow(let allowance) = rule.effect else { continue }
            switch rule.match(request, from: requester, at: now) {
            case .elsewhere: continue
            case .missed(let why): misses.append("'\(rule.id)' \(why)")
            case .undecided(let why):
                let reason = "rule '\(rule.id)' cannot be decided: \(why)"
                return .denied(CommandDenial(.policy, rule: rule.reference, reason: reason))
            case .matched:
                return grant(allowance, of: rule, to: request, from: requester)
            }
        }
        return .denied(CommandDenial(.policy, reason: nothingAllows(request, misses)))
    }

    private func nothingAllows(_ request: CommandRequest, _ misses: [String]) -> String {
        let asked = YAMLError.quote(request.requestedPath)
        let isLink = !request.hidesProgram && !request.program.hasSameBytes(as: request.requestedPath)
        let what = isLink ? "\(asked) (which is \(YAMLError.quote(request.program)))" : asked
        guard !misses.isEmpty else { return "no rule allows \(what)" }
        let more = misses.count > 3 ? "; and \(misses.count - 3) more" : ""
        return "no rule allows \(what) as asked: " + misses.prefix(3).joined(separator: "; ") + more
    }

    private func grant(
        _ allowance: CommandAllowance, of rule: CommandRule, to request: CommandRequest, from requester: Requester
    ) -> CommandDecision {
        func denied(_ kind: CommandDenial.Kind, _ why: String) -> CommandDecision {
            .denied(CommandDenial(kind, rule: rule.reference, reason: "rule '\(rule.id)' \(why)"))
        }
        // Both were there when the rule matched.
        guard let directory = allowance.workingDirectory.directory(for: request),
            let environment = try? allowance.environment.variables(of: request)
        else { return denied(.policy, "cannot be carried out") }
        if allowance.needsReason, request.reason?.contains(where: { !$0.isWhitespace }) != true {
            return denied(.reasonMissing, "wants a reason; say why with --reason")
        }
        let terms = ExecutionTerms(
            rights: allowance.capabilities.map { .capabilities($0) } ?? .identity(request.target),
            environment: environment, securePath: securePath, workingDirectory: directory, sandbox: allowance.sandbox,
            limits: allowance.limits, isRecorded: allowance.isRecorded,
            fileModeMask: ExecutionTerms.leastFileModeMask | request.fileModeMask)
        if let objection = objection(to: allowance.approval, request, requester) {
            return denied(.proofImpossible, objection)
        }
        return .allowed(
            CommandGrant(
                rule: rule.reference, terms: terms, approval: allowance.approval, reason: "rule '\(rule.id)' allows it")
        )
    }

    /// Why the requester cannot do its own part of an approval; nil when it can.
    package func objection(
        to approval: ApprovalRequirement, _ request: CommandRequest, _ requester: Requester
    ) -> String? {
        guard let method = approval.methods.first(where: \.isAtRequestersTerminal) else { return nil }
        if !request.hasTerminal || requester.terminal == nil {
            return "needs \(method.rawValue) at a terminal of the requester's own, and it has none"
        }
        if approval.own.contains(.confirm), let agent = agents.mark(of: requester) {
            return "needs confirm, which \(agent) cannot give: it is listed as an agent"
        }
        return nil
    }
}

extension CommandRule {
    fileprivate func denial(
        of request: CommandRequest, from requester: Requester, at now: Date
    ) -> CommandDenial? {
        let said = comment.map { ": \($0.onOneLine)" } ?? ""
        switch match(request, from: requester, at: now) {
        case .elsewhere, .missed: return nil
        case .matched: return CommandDenial(.policy, rule: reference, reason: "rule '\(id)' denies it\(said)")
        case .undecided(let why):
            return CommandDenial(
                .policy, rule: reference, reason: "rule '\(id)', which denies, cannot be decided: \(why)")
        }
    }

    func match(_ request: CommandRequest, from requester: Requester, at now: Date) -> RuleMatch {
        // What is denied is denied by every name; what is allowed is this file.
        let denies = allowance == nil
        guard command.matches(request, denies: denies), from.matches(requester, doubtful: denies) else {
            return .elsewhere
        }
        if let expires, isExpired(at: now) { return .missed("allowed it until \(expires)") }
        if let time, !time.contains(now) { return .missed("holds at other times: \(time.description)") }
        if let miss = missedTarget(of: request, requester) { return .missed(miss) }
        do throws(PatternError) {
            guard try arguments.matches(request.arguments) else { return .missed("has other arguments") }
        } catch {
            return .undecided("a pattern of its arguments: \(error)")
        }
        guard let allowance else { return .matched }
        if allowance.workingDirectory.directory(for: request) == nil {
            return .missed("does not run in the directory that was asked for")
        }
        do throws(RefusedVariable) {
            _ = try allowance.environment.variables(of: request)
        } catch {
            return .missed("does not let the variable \(YAMLError.quote(error.name)) through")
        }
        return .matched
    }

    private func missedTarget(of request: CommandRequest, _ requester: Requester) -> String? {
        let target = request.target
        if allowance?.capabilities != nil {
            // It runs as who asked, so no one else can have been asked for.
            let asksForOther = target.isUserAskedFor && target.user != requester.user
            return asksForOther || target.isGroupAskedFor ? "runs as the requester itself" : nil
        }
        if !runAs.matchesUser(of: target) { return "does not run as \(YAMLError.quote(target.userName))" }
        return runAs.matchesGroup(of: target) ? nil : "does not run with the group that was asked for"
    }
}

extension String {
    /// With white space for what would begin a new line.
    var onOneLine: String {
        String(map { $0.isNewline || $0 == "\t" ? " " : $0 })
    }
}
