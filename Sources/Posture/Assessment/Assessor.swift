import Findings
import HostModel

import struct FoundationEssentials.Date

/// Holds a snapshot against every check, and the outcome against the run before.
package struct Assessor: Sendable {
    package let checks: [any Check]
    package let settings: MitigationSettings

    package init(checks: [any Check], settings: MitigationSettings = MitigationSettings()) {
        self.checks = checks
        self.settings = settings
    }

    /// Results stand by check id, findings and mitigations worst first, controls in their framework's order: the same input gives
    /// the same assessment to the byte.
    package func assess(_ context: AssessmentContext, previous: PreviousRun) -> PostureAssessment {
        let before = previous.results.value ?? PreviousRun.Results()
        let results = checks.map { CheckResult(check: $0.description, answer: $0.evaluate(context)) }
            .sorted { $0.check.id < $1.check.id }
        var (ports, egress) = (context.ports, context.egress)
        ports?.findings = Self.keepingFirstSeen(context.ports?.findings ?? [], from: before)
        egress?.findings = Self.keepingFirstSeen(context.egress?.findings ?? [], from: before)
        let postureFindings = results.compactMap { $0.finding(seenAt: context.now) }
        let findings =
            (Self.keepingFirstSeen(postureFindings, from: before) + (ports?.findings ?? []) + (egress?.findings ?? []))
            .sorted { $0.isShownBefore($1) }
        let plan = MitigationPlan(settings: settings, previous: previous, now: context.now)
        var assessment = PostureAssessment(
            generatedAt: context.now, host: context.snapshot.host, results: results,
            controls: ControlRollup.controls(from: results), findings: findings,
            mitigations: plan.mitigations(for: results, findings: findings, socketsWereSeen: context.ports != nil),
            newOrWorse: [], ports: ports, egress: egress, sockets: context.snapshot.sockets,
            gaps: Self.gaps(context, previous))
        switch previous.results {
        case .seen(let before, _):
            assessment.comparison = .compared(with: before.generatedAt)
            assessment.newOrWorse = RunDifference(before: before).regressions(results: results, findings: findings)
        case .absent: assessment.comparison = .firstRun
        case .unseen(let gap): assessment.comparison = .impossible(gap)
        }
        return assessment
    }

    /// A finding that was there before keeps the time it was first seen, unless that lies in the future.
    private static func keepingFirstSeen(_ findings: [Finding], from before: PreviousRun.Results) -> [Finding] {
        findings.map { finding in
            guard let past = before.findings[finding.fingerprint] else { return finding }
            var kept = finding
            kept.firstSeen = min(past.firstSeen, finding.firstSeen)
            return kept
        }
    }

    /// Everything that could not be seen, each once: sockets, facts by key, the reports, the run before.
    private static func gaps(_ context: AssessmentContext, _ previous: PreviousRun) -> [Gap] {
        var gaps: [Gap] = []
        switch context.snapshot.sockets {
        case .seen(let table, _): gaps += table.gaps
        case .absent: break
        case .unseen(let gap): gaps.append(gap)
        }
        for (_, fact) in context.snapshot.facts.sorted(by: { $0.key < $1.key }) {
            if case .unseen(let gap) = fact { gaps.append(gap) }
        }
        gaps += (context.ports?.gaps ?? []) + (context.egress?.gaps ?? []) + previous.gaps
        var seen: Set<Gap> = []
        return gaps.filter { seen.insert($0).inserted }
    }
}

extension CheckResult {
    /// The finding of a check that is not met or not wholly met; nil for every other answer.
    func finding(seenAt now: Date) -> Finding? {
        let prefix: String
        switch answer.status {
        case .violation: prefix = "Not met"
        case .partial: prefix = "Partly met"
        case .compliant, .notApplicable, .notAssessed: return nil
        }
        return Finding(
            kind: .posture, identity: [check.id], severity: check.risk, title: "\(prefix): \(check.title)",
            detail: answer.gap ?? check.rationale, evidence: answer.evidence, resource: Resource(.setting, check.id),
            controls: check.controls, remediation: answer.remediation ?? check.remediation, seenAt: now)
    }
}

extension Finding {
    /// The worst first, then by kind, what it is about, and fingerprint.
    fileprivate func isShownBefore(_ other: Finding) -> Bool {
        if severity != other.severity { return severity > other.severity }
        if kind != other.kind { return kind.rawValue < other.kind.rawValue }
        if resource.name != other.resource.name { return resource.name < other.resource.name }
        return fingerprint.rawValue < other.fingerprint.rawValue
    }
}
