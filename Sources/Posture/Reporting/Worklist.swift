import Assessment
import ControlFrameworks
import Findings

import struct FoundationEssentials.Date

/// What is wrong, in the order to mend it: the worst risk first; within one risk what is overdue, then what is new or worse, then what is
/// violated before what is partly met, then by title.
///
/// Findings of one kind and severity are one item, because they are mended together: twelve unapproved ports are one afternoon.
struct Worklist {
    struct Item {
        /// The check's id, or the fingerprint of the first of its findings.
        var id: String
        /// What is wrong here. A check's own title states what is wished for, which would read as good news in a list of what is not.
        var title: String
        var risk: Severity
        var outcome: Outcome
        /// The state wished for, of a check; what else is known, of a finding.
        var detail: String
        var action: String
        var owner: String?
        /// Calendar day; the earliest where it stands for several findings.
        var due: String?
        var isOverdue = false
        var change: Regression.Change?
        var controls: [ControlID]
        /// The findings it stands for; empty for a check.
        var findings: [Finding] = []
    }

    let items: [Item]

    init(_ assessment: PostureAssessment) {
        let mitigations = Dictionary(
            assessment.mitigations.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let changes = Dictionary(
            assessment.newOrWorse.map { ($0.id, $0.change) }, uniquingKeysWith: { first, _ in first })
        let open = assessment.results.filter(\.isOpen)
        let checks = open.map { Self.item(for: $0, mitigation: mitigations[$0.check.id], change: changes[$0.check.id]) }
        let ids = Set(assessment.results.map(\.check.id))
        let others = Self.groups(of: assessment.findings.filter { !Self.repeats($0, checks: ids) && $0.state == .open })
        let findings = others.map { Self.item(for: $0, mitigations: mitigations, changes: changes) }
        items = (checks + findings).sorted(by: Self.isBefore)
    }

    /// A finding of a check says nothing that the check's own result does not.
    private static func repeats(_ finding: Finding, checks: Set<String>) -> Bool {
        finding.kind == .posture && checks.contains(finding.resource.name)
    }

    private static func item(for result: CheckResult, mitigation: Mitigation?, change: Regression.Change?) -> Item {
        Item(
            id: result.check.id, title: result.answer.gap ?? "Not met: \(result.check.title)", risk: result.check.risk,
            outcome: result.outcome, detail: result.check.title, action: mitigation?.action ?? result.remediation ?? "",
            owner: mitigation?.owner,
            due: mitigation?.due, isOverdue: mitigation?.isOverdue ?? false, change: change,
            controls: result.check.controls)
    }

    private static func groups(of findings: [Finding]) -> [[Finding]] {
        struct Key: Hashable {
            let kind: FindingKind
            let severity: Severity
        }
        var positions: [Key: Int] = [:]
        var groups: [[Finding]] = []
        for finding in findings {
            let key = Key(kind: finding.kind, severity: finding.severity)
            if let position = positions[key] {
                groups[position].append(finding)
            } else {
                positions[key] = groups.count
                groups.append([finding])
            }
        }
        return groups
    }

    private static func item(
        for findings: [Finding], mitigations: [String: Mitigation], changes: [String: Regression.Change]
    ) -> Item {
        let first = findings[0]
        let fingerprints = findings.map(\.fingerprint.rawValue)
        let due = fingerprints.compactMap { mitigations[$0] }
        let owners = Set(due.map(\.owner))
        let isOne = findings.count == 1
        return Item(
            id: first.fingerprint.rawValue, title: isOne ? first.title : first.kind.title(of: findings.count),
            risk: first.severity, outcome: .violation, detail: isOne ? first.detail : "",
            action: Set(findings.map(\.remediation)).count == 1 ? first.remediation : first.kind.action,
            owner: owners.count == 1 ? owners.first : nil, due: due.map(\.due).min(),
            isOverdue: due.contains(where: \.isOverdue), change: fingerprints.lazy.compactMap { changes[$0] }.first,
            controls: Set(findings.flatMap(\.controls)).sorted(), findings: findings)
    }

    private static func isBefore(_ left: Item, _ right: Item) -> Bool {
        if left.risk != right.risk { return left.risk > right.risk }
        if left.isOverdue != right.isOverdue { return left.isOverdue }
        if (left.change != nil) != (right.change != nil) { return left.change != nil }
        if left.outcome != right.outcome { return left.outcome == .violation }
        return (left.title, left.id) < (right.title, right.id)
    }
}

extension FindingKind {
    /// What several findings of this kind are together.
    fileprivate func title(of count: Int) -> String {
        switch self {
        case .unapprovedPort: "\(count) open ports that nobody approved"
        case .insecurePort: "\(count) open ports speak a cleartext protocol to other hosts"
        case .publicBind: "\(count) services listen on every address"
        case .sniffer: "\(count) sockets read whole frames from an interface"
        case .unapprovedEgress: "\(count) outbound destinations that nobody approved"
        case .expiredApproval: "\(count) approvals have expired"
        case .unusedRule: "\(count) rules approve nothing that is there"
        case .guardBypass: "\(count) ways to root go around the privilege broker"
        case .posture: "\(count) checks are not met"
        }
    }

    /// What to do about several findings of this kind whose own remedies differ.
    fileprivate var action: String {
        switch self {
        case .unapprovedPort:
            "Stop each service that is not needed, bind it to loopback, or approve its port with a reason."
        case .insecurePort: "Replace each service by the encrypted one named with it."
        case .publicBind: "Bind each service to the address that needs it."
        case .sniffer: "Find out who started each program, and stop those nobody needs."
        case .unapprovedEgress:
            "Find out what each process sends there, then stop it or allow the destination with a reason."
        case .expiredApproval: "Renew each approval with a new date, or close what it approved."
        case .unusedRule: "Remove each rule, or keep it with a comment that says when it is used."
        case .guardBypass: "Close each, or say why it stays."
        case .posture: "See each check."
        }
    }
}

extension Outcome {
    /// The words people read.
    var label: String {
        switch self {
        case .violation: "violation"
        case .partial: "partial"
        case .compliant: "compliant"
        case .notApplicable: "not applicable"
        case .notAssessed: "not assessed"
        }
    }
}

extension Regression.Change {
    /// One word for a mark beside what it is about.
    var mark: String {
        switch self {
        case .newFinding: "new"
        case .statusWorse, .riskWorse: "worse"
        }
    }
}
