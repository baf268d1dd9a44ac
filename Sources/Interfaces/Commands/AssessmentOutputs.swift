import Assessment
import HostModel
import Policies
import Reporting

/// The files that a run writes.
enum AssessmentOutputs {
    static let assessment = "assessment.json"
    static let summary = "compliance-summary.json"
    static let ports = "port-monitor-latest.json"
    static let egress = "egress-monitor-latest.json"
    static let dashboard = "compliance-dashboard.html"

    /// In the order they are put in place. `assessment.json` is the last: the next run compares with it.
    static func files(_ assessment: PostureAssessment, policies: PolicySet) -> [OutputFile] {
        let table = assessment.sockets.value ?? SocketTable()
        let ports = assessment.ports ?? unseenPorts(assessment, policies.ports)
        let egress = assessment.egress ?? unseenEgress(assessment, policies.egress)
        return [
            OutputFile(Self.ports, PortMonitorDocument(ports, table: table)),
            OutputFile(Self.egress, EgressMonitorDocument(egress, table: table)),
            OutputFile(Self.summary, ComplianceSummaryDocument(assessment)),
            OutputFile(Self.assessment, AssessmentDocument(assessment)),
        ]
    }

    /// Listeners nobody looked at: none are listed, and the gap says why.
    private static func unseenPorts(_ assessment: PostureAssessment, _ policy: PortPolicy) -> PortReport {
        PortReport(
            generatedAt: assessment.generatedAt, host: assessment.host, rulesCount: policy.rules.count, listeners: [],
            findings: [], gaps: assessment.gaps)
    }

    private static func unseenEgress(_ assessment: PostureAssessment, _ policy: EgressPolicy) -> EgressReport {
        EgressReport(
            generatedAt: assessment.generatedAt, host: assessment.host, rulesCount: policy.rules.count,
            connections: [], findings: [], gaps: assessment.gaps)
    }
}

extension OutputFile {
    init(_ name: String, _ document: some Document) {
        self.init(name) { try document.write(to: $0) }
    }
}
