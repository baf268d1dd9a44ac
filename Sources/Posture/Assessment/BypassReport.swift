package import Findings
package import HostModel

package import struct FoundationEssentials.Date

/// Every way around the privilege broker that was found on a host: `bailey guard bypasses`.
package struct BypassReport: Sendable {
    /// The outcome of one search.
    package struct Section: Sendable {
        package var check: CheckDescription
        package var search: BypassSearch
        /// One for each of the search's bypasses, in the same order.
        package var findings: [Finding]
    }

    package let host: HostIdentity
    package let generatedAt: Date
    /// By the check's id.
    package let sections: [Section]

    package init(_ context: AssessmentContext, checks: [any BypassCheck] = CheckRegistry.bypasses) {
        host = context.snapshot.host
        generatedAt = context.now
        sections = checks.map { check in
            let description = check.description
            let search = check.search(context)
            return Section(
                check: description, search: search,
                findings: search.bypasses.map { $0.finding(of: description, seenAt: context.now) })
        }
        .sorted { $0.check.id < $1.check.id }
    }

    package var findings: [Finding] { sections.flatMap(\.findings) }

    /// What could not be seen, each once.
    package var gaps: [Gap] {
        var seen: Set<Gap> = []
        return sections.flatMap(\.search.gaps).filter { seen.insert($0).inserted }
    }

    package func count(_ grade: Bypass.Grade) -> Int {
        sections.reduce(0) { $0 + $1.search.bypasses.count { $0.grade == grade } }
    }
}

extension Bypass {
    fileprivate func finding(of check: CheckDescription, seenAt now: Date) -> Finding {
        var finding = Finding(
            kind: .guardBypass, identity: [check.id, grade.rawValue, resource.kind.rawValue, resource.name] + accounts,
            severity: severity(check.risk), title: what.displayed(limit: 300), detail: check.rationale,
            evidence: evidence, resource: resource, controls: check.controls,
            remediation: remediation ?? check.remediation, seenAt: now)
        if grade == .undecided { finding.confidence = 0.5 }
        return finding
    }

    private func severity(_ risk: Severity) -> Severity {
        switch grade {
        case .open: risk
        case .narrow, .undecided: min(risk, .medium)
        case .noted: .low
        }
    }
}

extension CheckRegistry {
    /// The checks that look for ways around the privilege broker.
    package static var bypasses: [any BypassCheck] { builtIn.compactMap { $0 as? any BypassCheck } }
}
