import Policies

/// `bailey baseline ports`: what listens and is not approved, as rules for somebody to look at.
struct BaselinePortsCommand: Command {
    static let syntax = CommandSyntax(
        name: "baseline ports", summary: "Propose a rule for everything that listens and is not approved.",
        details: [
            "Writes approved-ports.baseline.yaml beside the policy. Each rule is pending and approves nothing until somebody accepts it."
        ])

    init(_ arguments: ParsedArguments) {}

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let policy = try PolicySet.ports(session.policyFiles)
        let table = try HostSurvey(root: session.options.root).requiredSockets()
        let proposals = BaselineProposals<PortRule>(ports: table, policy: policy, now: session.environment.now())
        try BaselineFile(name: PolicyFileName.portBaseline, session: session).add(
            ids: proposals.rules.map(\.header.id), leftOut: proposals.leftOut
        ) { before throws(PolicyErrors) in try BaselineText.adding(proposals, to: before) }
        return .done
    }
}
