import Assessment
import Policies
import Reporting

/// The files that a run writes.
enum AssessmentOutputs {
    static let assessment = "assessment.json"
    static let summary = "compliance-summary.json"
    static let ports = "port-monitor-latest.json"
    static let egress = "egress-monitor-latest.json"
    static let dashboard = "compliance-dashboard.html"

    /// Kept for the next run, where the egress allowlist has names.
    static let names = "resolved-names.json"

    /// In the order they are put in place. `assessment.json` is the last: the next run compares with it.
    static func files(of run: AssessmentRun) -> [OutputFile] {
        let assessment = run.assessment
        var files = [
            OutputFile(ports, PortMonitorDocument(assessment)),
            OutputFile(egress, EgressMonitorDocument(assessment)),
            OutputFile(summary, ComplianceSummaryDocument(assessment)),
            OutputFile(dashboard, DashboardPage(assessment)),
            OutputFile(Self.assessment, AssessmentDocument(assessment)),
        ]
        if run.names != ResolvedNames() {
            files.insert(OutputFile(names, bytes: run.names.json(at: assessment.generatedAt)), at: 0)
        }
        return files
    }
}

extension OutputFile {
    init(_ name: String, _ document: some Document) {
        self.init(name) { try document.write(to: $0) }
    }
}
