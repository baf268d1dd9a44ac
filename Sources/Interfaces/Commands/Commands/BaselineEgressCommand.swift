import Policies

/// `bailey baseline egress`: what connects out and is not approved, as rules for somebody to look at.
struct BaselineEgressCommand: Command {
    static let syntax = CommandSyntax(
        name: "baseline egress", summary: "Propose a rule for every outbound connection that is not approved.",
        details: [
            "Writes egress-allowlist.baseline.yaml beside the policy. Each rule is pending and approves nothing until somebody accepts it. Only connections that are open now are seen: run it more than once."
        ])

    init(_ arguments: ParsedArguments) {}

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let files = session.policyFiles
        let policy = try PolicySet.egress(files)
        let survey = try HostSurvey(root: session.options.root)
        let now = session.environment.now()
        let audits = SocketAudits(
            table: try survey.requiredSockets(), host: survey.identity, now: now, policyFiles: files,
            progress: Progress(on: session.console))
        let proposals = BaselineProposals<EgressRule>(
            egress: audits.table, policy: policy, names: audits.names(for: policy), now: now)
        let before = try files.optional(PolicyFileName.egressBaseline)
        let path = files.path(PolicyFileName.egressBaseline)
        if !proposals.rules.isEmpty {
            let text = try PolicySet.parsed { () throws(PolicyErrors) in try BaselineText.adding(proposals, to: before)
            }
            try PolicyWriter(environment: session.environment).write(PolicyText(path: path, text))
        }
        BaselineReport(path: path, ids: proposals.rules.map(\.header.id), leftOut: proposals.leftOut).print(in: session)
        return .done
    }
}
