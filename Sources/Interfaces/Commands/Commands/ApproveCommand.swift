import BrokerProtocol
import SudoClient

/// `bailey approve`: a person's yes to exactly what was shown.
struct ApproveCommand: Command {
    static let digest = CommandOption.value(
        "digest", "SHA256", help: "Approve only what has this digest, as bailey requests and bailey run tell it.")
    static let yes = CommandOption.flag("yes", help: "Do not ask; takes --digest, for what was seen before.")
    static let syntax = CommandSyntax(
        name: "approve", summary: "Show all of a request that waits, and approve it.",
        details: [
            "Shows what will run, as whom, with which rights, who asks and why, then asks for a yes and for the proof that the policy wants. What is approved is what was shown: its digest goes along.",
            "Whoever cannot approve it is told why, and not asked. Ends with 0 once the approval is noted, 1 where it was not given, 9 where there is no broker, and with the number of bailey run where the broker refuses.",
        ],
        options: [digest, yes], operands: [DenyCommand.id])

    private let id: RequestID
    private let digest: String?
    private let isDecided: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        id = try DenyCommand.requestID(arguments, command: "approve")
        digest = arguments.value(of: Self.digest)
        isDecided = arguments.has(Self.yes)
        guard !isDecided || digest != nil else {
            throw UsageError("--yes takes --digest: nobody approves what was not seen", command: "approve")
        }
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        do throws(BrokerClientError) {
            let client = try BrokerClient(in: session)
            let answer = try client.exchange.ask(.show(id))
            guard case .request(let detail) = answer else { return session.report(answer) }
            let shown = detail.summary.notice
            guard shown.id == id else { return session.report(.outOfStep("another request than was asked for")) }
            session.console.writeError(RequestText.detail(detail) + "\n")
            if let digest, digest.lowercased() != shown.digest.description {
                session.report(
                    Refusal(
                        code: .expired, text: "request \(id) has not the digest \(digest)",
                        remedy: "read what waits now, above"))
                return ExitCode(RefusalCode.expired)
            }
            if let objection = detail.objection { return session.report(.refused(objection)) }
            if !isDecided { guard try isConfirmed(client.person, session) else { return .findings } }
            return session.report(
                try client.exchange.ask(.approve(ApprovalGrant(id: id, digest: shown.digest))))
        } catch {
            return session.report(error)
        }
    }

    private func isConfirmed(_ person: Person, _ session: Session) throws(BrokerClientError) -> Bool {
        guard let answer = try person.line("Approve exactly this? Type yes: ") else {
            session.console.report("not approved: there is no terminal to ask at")
            return false
        }
        guard answer == "yes" else {
            session.console.report("not approved\n  to refuse it: bailey deny \(id) --reason TEXT")
            return false
        }
        return true
    }
}
