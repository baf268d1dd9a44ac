import Assessment
import HostModel
import Policies

/// One assessment of a host, and what is worth keeping for the next.
struct AssessmentRun {
    let assessment: PostureAssessment
    /// Names that were looked up, with the time until which each answer holds.
    let names: ResolvedNames

    /// Takes the snapshot, holds it against the policies and checks, and compares with the run that wrote to `output` before.
    init(
        _ survey: HostSurvey, _ policies: PolicySet, _ output: borrowing OutputDirectory, _ session: Session,
        _ progress: Progress
    ) {
        let now = session.environment.now()
        let checks = policies.checks
        progress.step("Reading sockets")
        var snapshot = HostSnapshot(takenAt: now, host: survey.identity, sockets: survey.sockets())
        progress.step("Reading facts")
        survey.collectFacts(checks.flatMap(\.facts), into: &snapshot)
        let known = ResolvedNames(kept: output.previous(AssessmentOutputs.names), now: now)
        var context = AssessmentContext(snapshot: snapshot, ports: nil, egress: nil, now: now)
        if let table = snapshot.sockets.value {
            let audits = SocketAudits(
                table: table, host: survey.identity, now: now, policyFiles: session.policyFiles, progress: progress)
            names = audits.names(for: policies.egress, known: known)
            context.ports = audits.ports(policies.ports)
            context.egress = audits.egress(policies.egress, names)
        } else {
            names = known
        }
        progress.step("Assessing")
        let previous = PreviousRun(
            assessment: output.previous(AssessmentOutputs.assessment),
            summary: output.previous(AssessmentOutputs.summary), host: survey.identity)
        let configuration = policies.configuration
        let settings = MitigationSettings(defaultOwner: configuration.owner, dueDays: configuration.dueDays)
        assessment = Assessor(checks: checks, settings: settings).assess(context, previous: previous)
    }
}
