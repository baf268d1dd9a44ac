import Assessment
import Reporting

/// `bailey ports`: every listener, held against the approved ports.
struct PortsCommand: Command {
    static let syntax = CommandSyntax(
        name: "ports", summary: "List what listens, with what the approved ports say of it.",
        details: [
            "Each listener is approved, unapproved, expired (only rules whose date has passed cover it) or insecure (approved, but in cleartext and open to other hosts)."
        ])

    init(_ arguments: ParsedArguments) {}

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let progress = Progress(on: session.console)
        let policy = try PolicySet.ports(session.policyFiles)
        let survey = try HostSurvey(root: session.options.root)
        progress.step("Reading sockets")
        let table = try survey.requiredSockets()
        let report = SocketAudits(
            table: table, host: survey.identity, now: session.environment.now(), policyFiles: session.policyFiles,
            progress: progress
        ).ports(policy)
        session.print(
            json: PortMonitorDocument(report, table: table),
            text: PortListing(report, table: table, style: session.style))
        return session.exitCode(for: report.findings)
    }
}
