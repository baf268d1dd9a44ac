import CoreRoutes

/// `bailey cases sigma`: rules that would find it again.
struct CasesSigmaCommand: Command {
    static let syntax = CommandSyntax(
        name: "cases sigma", summary: "Draft Sigma rules for what a confirmed case has in common.",
        details: [
            "A document of YAML for each category of logs. A case is confirmed once it is planned, approved, executed or closed, or an analyst called an alert of it true_positive."
        ],
        options: CoreConnection.options, operands: [CaseChange.operand])

    private let change: CaseChange

    init(_ arguments: ParsedArguments) throws(UsageError) { change = try CaseChange(arguments, Self.syntax) }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let core = try CoreConnection(change.arguments, in: session)
        session.console.write(try core.ask(CasesSigma.self, path: ["case": "\(change.caseID)"]).body)
        return .done
    }
}
