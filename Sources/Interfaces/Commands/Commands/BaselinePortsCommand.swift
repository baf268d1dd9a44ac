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
        let files = session.policyFiles
        let policy = try PolicySet.ports(files)
        let table = try HostSurvey(root: session.options.root).requiredSockets()
        let proposals = BaselineProposals<PortRule>(ports: table, policy: policy, now: session.environment.now())
        let before = try files.optional(PolicyFileName.portBaseline)
        let path = files.path(PolicyFileName.portBaseline)
        if !proposals.rules.isEmpty {
            let text = try PolicySet.parsed { () throws(PolicyErrors) in try BaselineText.adding(proposals, to: before)
            }
            try PolicyWriter(environment: session.environment).write(PolicyText(path: path, text))
        }
        BaselineReport(path: path, ids: proposals.rules.map(\.header.id), leftOut: proposals.leftOut).print(in: session)
        return .done
    }
}
