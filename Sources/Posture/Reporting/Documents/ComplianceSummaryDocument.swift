package import Assessment
import ControlFrameworks
import Findings
import JSON

/// `compliance-summary.json`: how the host stands, what is violated, who mends it by when, and what nobody looked at.
package struct ComplianceSummaryDocument: Document {
    private let assessment: PostureAssessment

    package init(_ assessment: PostureAssessment) { self.assessment = assessment }

    package func write(to sink: ([UInt8]) throws -> Void) rethrows {
        var writer = JSONWriter()
        writer.object { writer in
            writer.frame(
                DocumentFrame(generatedAt: assessment.generatedAt, host: assessment.host, gaps: assessment.gaps))
            writer.object("counts") { $0.counts(of: assessment) }
            writer.member("violations", of: assessment.results.filter(\.isOpen)) { violation($1, to: &$0) }
            writer.member("mitigations", assessment.mitigations)
            writer.member("overdue", assessment.mitigations.count(where: \.isOverdue))
            writer.member("controls", of: ControlFramework.allCases) { framework($1, to: &$0) }
            writer.object("not_assessed") { notAssessed(to: &$0) }
            writer.member("new_or_worse", assessment.newOrWorse)
        }
        try sink(writer.drain() + [0x0a])
    }

    /// Partly met is not met, so it is listed too, under its own status.
    private func violation(_ result: CheckResult, to writer: inout JSONWriter) {
        writer.object {
            $0.member("check", result.check.id)
            $0.member("title", result.check.title)
            $0.member("status", result.answer.status.name)
            $0.member("risk", result.check.risk.rawValue)
            $0.member("gap", result.answer.gap)
            $0.member("remediation", result.remediation)
            $0.member("controls", result.check.controls.map(\.description))
        }
    }

    private func framework(_ framework: ControlFramework, to writer: inout JSONWriter) {
        let controls = assessment.controls.filter { $0.control.framework == framework }
        writer.object {
            $0.member("framework", framework.rawValue)
            $0.member("title", framework.title)
            $0.member("total", controls.count)
            $0.counts("status", Tally(controls.map(\.status)))
            $0.member("controls", of: controls) { $0.value($1) }
        }
    }

    private func notAssessed(to writer: inout JSONWriter) {
        let reasons = UnassessedReason.all(in: assessment.results)
        writer.member("count", reasons.reduce(0) { $0 + $1.checks.count })
        writer.member("reasons", of: reasons) { writer, reason in
            writer.object {
                $0.member("why", reason.why)
                $0.member("count", reason.checks.count)
                $0.member("checks", reason.checks)
            }
        }
    }
}
