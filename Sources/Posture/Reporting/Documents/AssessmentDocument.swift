package import Assessment
import ControlFrameworks
import Findings
import JSON

/// `assessment.json`: everything that was concluded, with its evidence.
package struct AssessmentDocument: Document {
    private let assessment: PostureAssessment

    package init(_ assessment: PostureAssessment) { self.assessment = assessment }

    package func write(to sink: ([UInt8]) throws -> Void) rethrows {
        var writer = JSONWriter()
        try writer.object { writer in
            writer.frame(
                DocumentFrame(generatedAt: assessment.generatedAt, host: assessment.host, gaps: assessment.gaps))
            writer.object("counts") { $0.counts(of: assessment) }
            try writer.member("results", of: assessment.results) { writer, result in
                write(result, to: &writer)
                try writer.drain(to: sink)
            }
            try writer.member("findings", of: assessment.findings) { writer, finding in
                writer.value(finding)
                try writer.drain(to: sink)
            }
            writer.member("controls", of: assessment.controls) { $0.value($1) }
            writer.member("mitigations", assessment.mitigations)
            writer.member("new_or_worse", assessment.newOrWorse)
        }
        try sink(writer.drain() + [0x0a])
    }

    private func write(_ result: CheckResult, to writer: inout JSONWriter) {
        writer.object {
            $0.member("check", result.check.id)
            $0.member("title", result.check.title)
            $0.member("category", result.check.category.rawValue)
            $0.member("status", result.answer.status.name)
            $0.member("why", result.answer.status.why)
            $0.member("evidence", result.answer.evidence)
            $0.member("gap", result.answer.gap)
            $0.member("remediation", result.remediation)
            $0.member("risk", result.check.risk.rawValue)
            $0.member("rationale", result.check.rationale)
            $0.member("controls", result.check.controls.map(\.description))
        }
    }
}

extension JSONWriter {
    mutating func value(_ control: ControlResult) {
        objectOnOneLine {
            $0.member("framework", control.control.framework.rawValue)
            $0.member("id", control.control.id)
            $0.member("title", control.title)
            $0.member("status", control.status.rawValue)
            $0.member("checks", control.checks)
        }
    }
}
