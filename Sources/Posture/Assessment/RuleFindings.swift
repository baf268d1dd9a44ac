import Findings
import Policies

import struct FoundationEssentials.Date

/// What is to be said about rules themselves: those whose day is over, and those that nothing matched.
struct RuleFindings {
    /// "approved port" or "egress"; part of what makes a finding about a rule this one.
    let policyName: String
    let now: Date
    /// Something could not be seen, so a rule may have been matched by what was not.
    let isIncomplete: Bool

    /// - Parameter matches: how many sockets matched each rule.
    func findings(for headers: [RuleHeader], matches: [Int], isQuietWhenUnused: (Int) -> Bool) -> [Finding] {
        headers.indices.compactMap { index in
            let header = headers[index]
            guard header.review == .accepted else { return nil }
            if header.isExpired(at: now) { return expired(header, matches: matches[index]) }
            return matches[index] == 0 && !isQuietWhenUnused(index) ? unused(header) : nil
        }
    }

    private func expired(_ header: RuleHeader, matches: Int) -> Finding {
        let day = header.expires.map { CalendarDay(containing: $0).description } ?? ""
        let use =
            matches == 0 ? "nothing uses it now" : "\(matches) socket\(matches == 1 ? " still uses" : "s still use") it"
        return Finding(
            kind: .expiredApproval, identity: [policyName, header.id], severity: matches == 0 ? .low : .medium,
            title: "The \(policyName) rule \(header.id) expired on \(day)",
            detail:
                "Its last day was \(day), so it approves nothing any more; \(use). Its reason was: \(header.reason.displayed)",
            evidence: [Evidence("expires: \(day)", from: header.location.description)],
            resource: Resource(.rule, header.id), controls: FindingKind.expiredApproval.socketControls,
            remediation: matches == 0
                ? "Remove the rule at \(header.location)."
                : "Ask \(header.owner?.displayed ?? "its owner") whether it is still needed: then write a new day at \(header.location)"
                    + " (expires: YYYY-MM-DD); if not, close what uses it and remove the rule.",
            seenAt: now)
    }

    private func unused(_ header: RuleHeader) -> Finding {
        var finding = Finding(
            kind: .unusedRule, identity: [policyName, header.id], severity: .low,
            title: "Nothing matches the \(policyName) rule \(header.id)",
            detail: "It approves what is not there now, and would approve whatever comes to be there. Its reason was: "
                + header.reason.displayed,
            evidence: [Evidence("no socket matched it", from: header.location.description)],
            resource: Resource(.rule, header.id), controls: FindingKind.unusedRule.socketControls,
            remediation: "Remove the rule at \(header.location) if nothing needs it any more.", seenAt: now)
        if isIncomplete {
            finding.confidence = 0.5
            finding.detail += ". Not everything could be seen, so something may use it after all"
        }
        return finding
    }
}
