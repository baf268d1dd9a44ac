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
        let policy = try PolicySet.egress(session.policyFiles)
        let survey = try HostSurvey(root: session.options.root)
        let now = session.environment.now()
        let audits = SocketAudits(
            table: try survey.requiredSockets(), host: survey.identity, now: now, policyFiles: session.policyFiles,
            progress: Progress(on: session.console))
        let proposals = BaselineProposals<EgressRule>(
            egress: audits.table, policy: policy, names: audits.names(for: policy), now: now)
        try BaselineFile(name: PolicyFileName.egressBaseline, session: session).add(
            ids: proposals.rules.map(\.header.id), leftOut: proposals.leftOut
        ) { before throws(PolicyErrors) in try BaselineText.adding(proposals, to: before) }
        return .done
    }
}
