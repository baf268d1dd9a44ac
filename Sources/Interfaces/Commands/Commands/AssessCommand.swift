import Assessment
import HostFacts
import HostModel
import Policies
import Reporting

/// `bailey assess`: the whole of it, written out and summed up.
struct AssessCommand: Command {
    static let notifyCommand = CommandOption.value(
        "notify-command", "PATH",
        help:
            "When something is new or worse, run PATH with a message on its standard input. configuration.yaml must list it under notify_commands."
    )
    static let syntax = CommandSyntax(
        name: "assess", summary: "Assess this host: run every check, compare with the run before, write the results.",
        details: [
            "Writes assessment.json, compliance-summary.json, port-monitor-latest.json, egress-monitor-latest.json and compliance-dashboard.html; when it cannot, those of the run before stay as they are."
        ],
        options: [notifyCommand])

    private let notifyPath: String?

    init(_ arguments: ParsedArguments) { notifyPath = arguments.value(of: Self.notifyCommand) }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let progress = Progress(on: session.console)
        let policies = try PolicySet(reading: session.policyFiles)
        let command = try notifyPath.map { path throws(CommandError) in
            try NotifyCommand(
                path, allowed: policies.configuration.notifyCommands, ownership: session.policyFiles.ownership,
                configuration: session.policyFiles.path(PolicyFileName.configuration))
        }
        let survey = try HostSurvey(root: session.options.root)
        let output = try OutputDirectory(path: session.outputPath(), mayGiveAway: session.environment.isRoot)
        let assessment = assess(survey, policies, output, session, progress)
        var notifications = Notifications(in: output, isWanted: command != nil)
        notifications.add(assessment)
        progress.step("Writing the results")
        try output.replace(notifications.files + AssessmentOutputs.files(assessment))
        progress.end()
        report(assessment, in: output.path, session)
        if let command { try notifications.send(assessment, by: command, in: output, progress) }
        return session.exitCode(for: assessment.findings)
    }

    private func assess(
        _ survey: HostSurvey, _ policies: PolicySet, _ output: borrowing OutputDirectory, _ session: Session,
        _ progress: Progress
    ) -> PostureAssessment {
        let checks = policies.checks
        let now = session.environment.now()
        progress.step("Reading sockets")
        var snapshot = HostSnapshot(takenAt: now, host: survey.identity, sockets: survey.sockets())
        progress.step("Reading facts")
        survey.collectFacts(checks.flatMap(\.facts), into: &snapshot)
        let audits = snapshot.sockets.value.map {
            SocketAudits(
                table: $0, host: survey.identity, now: now, policyFiles: session.policyFiles, progress: progress)
        }
        let context = AssessmentContext(
            snapshot: snapshot, ports: audits?.ports(policies.ports), egress: audits?.egress(policies.egress), now: now)
        progress.step("Assessing")
        let previous = PreviousRun(
            assessment: output.previous(AssessmentOutputs.assessment),
            summary: output.previous(AssessmentOutputs.summary), host: survey.identity)
        let configuration = policies.configuration
        let settings = MitigationSettings(defaultOwner: configuration.owner, dueDays: configuration.dueDays)
        return Assessor(checks: checks, settings: settings).assess(context, previous: previous)
    }

    private func report(_ assessment: PostureAssessment, in directory: String, _ session: Session) {
        session.print(
            json: AssessmentDocument(assessment), text: AssessmentSummary(assessment, style: session.style))
        if !session.options.wantsJSON {
            session.console.print("\nDashboard: \(terminalSafe("\(directory)/\(AssessmentOutputs.dashboard)"))")
        }
    }
}
