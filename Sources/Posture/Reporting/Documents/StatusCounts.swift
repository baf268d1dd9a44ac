import Assessment
import Findings
import JSON

extension JSONWriter {
    /// The statuses of all checks, the risks of those not met, the severities of all findings.
    mutating func counts(of assessment: PostureAssessment) {
        counts("status", Tally(assessment.results.map(\.outcome)))
        counts("risk", Tally(assessment.results.filter(\.isOpen).map(\.check.risk)))
        counts("findings", Tally(assessment.findings.map(\.severity)))
    }

    private mutating func counts(_ name: String, _ tally: Tally<Severity>) {
        object(name) { for severity in Severity.allCases.reversed() { $0.member(severity.rawValue, tally[severity]) } }
    }

    mutating func counts(_ name: String, _ tally: Tally<Outcome>) {
        object(name) { for outcome in Outcome.allCases { $0.member(outcome.rawValue, tally[outcome]) } }
    }
}
