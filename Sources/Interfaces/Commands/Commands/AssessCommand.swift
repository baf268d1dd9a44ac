import Assessment
import HostModel
import Notifications
import Policies
import Reporting
import TerminalText

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
        options: [CoreHandover.option, notifyCommand])

    private let arguments: ParsedArguments
    private var notifyPath: String? { arguments.value(of: Self.notifyCommand) }

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let progress = Progress(on: session.console)
        let policies = try PolicySet(reading: session.policyFiles)
        let command = try notifyPath.map { path throws(CommandError) in
            let allowed = AllowedCommands(
                listed: policies.configuration.notifyCommands, ownership: session.policyFiles.ownership,
                configuration: session.policyFiles.path(PolicyFileName.configuration))
            do throws(NotifyCommandError) { return try allowed.command(path) } catch { throw .couldNotRun(error) }
        }
        let survey = try HostSurvey(root: session.options.root)
        let output = try OutputDirectory(path: session.outputPath(), mayGiveAway: session.environment.isRoot)
        let run = AssessmentRun(survey, policies, output, session, progress)
        let assessment = run.assessment
        var notifications = RunNotifications(in: output, isWanted: command != nil)
        notifications.add(assessment)
        progress.step("Writing the results")
        try output.replace(notifications.files + AssessmentOutputs.files(of: run))
        progress.end()
        report(assessment, in: output.path, session)
        handOver(assessment, progress, session)
        if let command { try notifications.send(assessment, by: command, in: output, progress) }
        return session.exitCode(for: assessment.findings)
    }

    /// The core, where there is one, gets every finding of every run: it knows which are news. It is told of those that are gone. A core that
    /// is away neither fails nor delays an assessment.
    private func handOver(_ assessment: PostureAssessment, _ progress: Progress, _ session: Session) {
        guard let core = CoreHandover(arguments, producer: "assess", in: session) else { return }
        progress.step("Handing findings to the core", mayWait: true)
        let lines = FindingHandover(core: core, assessment: assessment).hand()
        progress.end()
        for line in lines { session.console.report(printable(line)) }
    }

    private func report(_ assessment: PostureAssessment, in directory: String, _ session: Session) {
        session.print(
            json: AssessmentDocument(assessment), text: AssessmentSummary(assessment, style: session.style))
        if !session.options.wantsJSON {
            session.console.print("\nDashboard: \(terminalSafe("\(directory)/\(AssessmentOutputs.dashboard)"))")
        }
    }
}
