import Assessment
import Reporting

/// `bailey egress`: every outbound connection, held against the egress allowlist.
struct EgressCommand: Command {
    static let syntax = CommandSyntax(
        name: "egress", summary: "List what connects to the outside, with what the egress allowlist says of it.",
        details: [
            "Each connection is approved, unapproved or expired (only rules whose date has passed cover it). Host names in rules are looked up when the command runs; an approval that rests on one names it."
        ])

    init(_ arguments: ParsedArguments) {}

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let progress = Progress(on: session.console)
        let policy = try PolicySet.egress(session.policyFiles)
        let survey = try HostSurvey(root: session.options.root)
        progress.step("Reading sockets")
        let table = try survey.requiredSockets()
        let audits = SocketAudits(
            table: table, host: survey.identity, now: session.environment.now(), policyFiles: session.policyFiles,
            progress: progress)
        let report = audits.egress(policy, audits.names(for: policy))
        session.print(
            json: EgressMonitorDocument(report, table: table),
            text: EgressListing(report, table: table, style: session.style))
        return session.exitCode(for: report.findings)
    }
}
