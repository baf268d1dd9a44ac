import Assessment
import HostModel
import Reporting

/// `bailey guard bypasses`: how somebody gets root's rights past the privilege broker.
struct GuardBypassesCommand: Command {
    static let syntax = CommandSyntax(
        name: "guard bypasses",
        summary: "List the ways to root that lead around the privilege broker, and who has them.",
        details: [
            "Looks at the rules of sudo, doas and polkit, programs with rights of their own on every local file system, files that root relies on, groups that amount to root, su, and processes that run as root now.",
            "A way is open (to root, unasked), narrow (part of the way), undecided (a person has to read it) or noted (it asks for proof, and still goes past the broker). What could not be seen is listed too.",
        ])

    init(_ arguments: ParsedArguments) {}

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let progress = Progress(on: session.console)
        progress.step("Looking for ways around the privilege broker")
        let report = try Self.report(in: session)
        progress.end()
        session.print(json: BypassDocument(report), text: BypassListing(report, style: session.style))
        return session.exitCode(for: report.findings)
    }

    /// What a host shows of ways around. No policy is read but the one of the broker.
    static func report(in session: Session) throws(CommandError) -> BypassReport {
        let survey = try HostSurvey(root: session.options.root)
        let now = session.environment.now()
        var snapshot = HostSnapshot(takenAt: now, host: survey.identity, sockets: .notCollected("sockets"))
        survey.collectPrivilegeFacts(CheckRegistry.bypasses.flatMap(\.facts), into: &snapshot)
        return BypassReport(AssessmentContext(snapshot: snapshot, ports: nil, egress: nil, now: now))
    }
}
