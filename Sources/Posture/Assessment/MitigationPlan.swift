package import Findings
import Policies

import struct FoundationEssentials.Date

/// Who answers for a mitigation until a person names somebody else, and how long it may take.
package struct MitigationSettings: Sendable, Hashable {
    package var defaultOwner: String
    /// Days from the day it was opened, by risk.
    package var dueDays: [Severity: Int]

    package init(defaultOwner: String = "unassigned", dueDays: [Severity: Int] = Self.dueDays) {
        self.defaultOwner = defaultOwner
        self.dueDays = dueDays
    }

    package static let dueDays: [Severity: Int] = [.critical: 7, .high: 30, .medium: 90, .low: 180]

    func dueDays(for risk: Severity) -> Int { dueDays[risk] ?? Self.dueDays[risk] ?? 90 }
}

/// The work that an assessment asks for: one mitigation for each check that is not met, and one for each finding that no check
/// stands for (`FindingKind.hasOwnMitigation`).
///
/// Owner and due date are set when the work is first asked for and then kept, also when a person changed them in the document. A
/// check that could not be assessed this time keeps the mitigation it had: not seeing a gap does not close it. One that was met in
/// between is not in the run before, so when it comes back it is opened anew.
struct MitigationPlan {
    let settings: MitigationSettings
    let previous: PreviousRun
    let now: Date

    /// The worst risk first, then by due date and id.
    func mitigations(for results: [CheckResult], findings: [Finding], socketsWereSeen: Bool) -> [Mitigation] {
        var mitigations = results.compactMap(mitigation)
        for finding in findings where finding.kind.hasOwnMitigation && finding.state == .open {
            mitigations.append(
                kept(
                    finding.fingerprint.rawValue, title: finding.title, risk: finding.severity,
                    action: finding.remediation))
        }
        if !socketsWereSeen { mitigations += unseen(besides: Set(results.map(\.check.id))) }
        return mitigations.sorted { ($1.risk, $0.due, $0.id) < ($0.risk, $1.due, $1.id) }
    }

    private func mitigation(for result: CheckResult) -> Mitigation? {
        let check = result.check
        switch result.answer.status {
        case .violation, .partial: break
        case .notAssessed: if previous.mitigations[check.id] == nil { return nil }
        case .compliant, .notApplicable: return nil
        }
        return kept(
            check.id, title: check.title, risk: check.risk, action: result.answer.remediation ?? check.remediation)
    }

    private func kept(_ id: String, title: String, risk: Severity, action: String) -> Mitigation {
        let before = previous.mitigations[id]
        let openedAt = before?.openedAt ?? now
        let due = before?.due ?? CalendarDay(containing: openedAt).adding(days: settings.dueDays(for: risk))
        return Mitigation(
            id: id, title: title, risk: risk, action: action, owner: before?.owner ?? settings.defaultOwner,
            due: due.description, openedAt: openedAt, isOverdue: due < CalendarDay(containing: now))
    }

    /// Mitigations of socket findings from a run that could read sockets, when this one could not.
    private func unseen(besides checks: Set<String>) -> [Mitigation] {
        previous.mitigations.compactMap { id, before in
            guard !checks.contains(id), before.isOfFinding, let title = before.title, let risk = before.risk else {
                return nil
            }
            return kept(id, title: title, risk: risk, action: before.action ?? "")
        }
    }
}

extension FindingKind {
    /// Whether a finding of this kind asks for a mitigation of its own. Not where a check sums the findings up (`open_ports_approved`
    /// and its like), and not for a rule to tidy away.
    var hasOwnMitigation: Bool {
        switch self {
        case .publicBind, .sniffer: true
        case .unapprovedPort, .insecurePort, .unapprovedEgress, .expiredApproval, .unusedRule, .guardBypass, .posture:
            false
        }
    }
}
