import Assessment
import HostModel

/// `bailey agent-account status`: whether an agent's account is fit to be one.
struct AgentAccountStatusCommand: Command {
    static let syntax = CommandSyntax(
        name: "agent-account status", summary: "Tell whether an account is fit for an AI agent.",
        details: [
            "It should be locked, alone in its group and in no other, with a home nobody else looks into, without a way to root, and listed under `agents` in the command policy. Ends with 1 when something of that is not so."
        ],
        operands: [AgentAccountSurvey.operand])

    private let name: String

    init(_ arguments: ParsedArguments) { name = arguments.operands.first ?? "" }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let survey = try AgentAccountSurvey(of: name, in: session)
        guard let account = survey.found?.account else {
            survey.report("There is no account \(name): bailey agent-account create \(name)", in: session)
            return .findings
        }
        let lines =
            ["\(name): uid \(account.userID), home \(account.home), shell \(account.shell)"]
            + survey.objections.map { "  not as it should be: \($0)" } + [survey.advice]
        survey.report(lines.joined(separator: "\n"), in: session)
        return survey.objections.isEmpty && survey.isListedAsAgent ? .done : .findings
    }
}
