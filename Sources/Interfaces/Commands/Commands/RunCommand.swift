import BrokerProtocol
import JSON
import LinuxSystem
import SudoClient

/// `bailey run`: a command run with other rights, where the policy and those it names agree.
struct RunCommand: Command {
    static let directory = CommandOption.value("directory", "DIR", help: "Run it in DIR.").letter("D")
    static let dryRun = CommandOption.flag(
        "dry-run", help: "Tell the decision, the rule and what approval it would need; run nothing.")
    static let env = CommandOption.value(
        "env", "NAME=VALUE", mayRepeat: true, help: "Set a variable, where the rule lets it be kept.")
    static let group = CommandOption.value("group", "GROUP", help: "Run it with this group.").letter("g")
    static let keepSession = CommandOption.flag(
        "keep-session", help: "Let the approval stand for the same command in this session.")
    static let nonInteractive = CommandOption.flag("non-interactive", help: "Ask nothing.").letter("n")
    static let preserve = CommandOption.value(
        "preserve-env", "NAMES", help: "Keep these variables, with commas between; refused where the rule does not.")
    static let reason = CommandOption.value("reason", "TEXT", help: "Why it is needed; else BAILEY_REASON.")
    static let sessionID = CommandOption.value(
        "session", "ID", help: "The task that approvals are for; else BAILEY_SESSION_ID.")
    static let timeout = CommandOption.value(
        "timeout", "TIME", help: "End it after this time: seconds, or 1h30m. The rule may say less.")
    static let untrusted = CommandOption.flag(
        "untrusted", help: "Say that untrusted content prompted this; so does BAILEY_UNTRUSTED_SOURCE=1.")
    static let user = CommandOption.value("user", "USER", help: "Run it as this user; root goes without saying.")
        .letter("u")

    static let syntax = CommandSyntax(
        name: "run", summary: "Run a command as root, or as another user, by way of the privilege broker.",
        details: [
            "Options stand before the command: bailey run --reason 'new certificate' -- systemctl reload nginx",
            "Ends as the command does. Where it did not run: 1 denied by a person, 2 the command line was not understood, 3 denied by policy, 4 proof failed, 5 untrusted source refused, 6 session missing, 7 policy missing or broken, 8 command unfit to run, 9 broker not reachable, 10 expired or timed out. The text says which rule, and what to do.",
        ],
        options: [
            directory, dryRun, env, group, keepSession, nonInteractive, preserve, reason, sessionID, timeout,
            untrusted, user,
        ],
        operands: [CommandOperand(name: "COMMAND", mayRepeat: true, help: "The program and its arguments.")],
        operandsEndOptions: true)

    /// All that was asked for, as sudo would be asked, which the sudo backend takes too.
    let invocation: SudoInvocation
    let isDryRun: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        var invocation = SudoInvocation()
        invocation.arguments = arguments.operands
        invocation.user = arguments.value(of: Self.user)
        invocation.group = arguments.value(of: Self.group)
        invocation.directory = arguments.value(of: Self.directory)
        invocation.reason = arguments.value(of: Self.reason)
        invocation.session = arguments.value(of: Self.sessionID)
        invocation.preservedNames = (arguments.value(of: Self.preserve) ?? "").split(separator: ",").map(String.init)
        invocation.environment = try arguments.values(of: Self.env).map(Self.variable)
        if let timeout = arguments.value(of: Self.timeout) {
            guard SudoTimeout.seconds(timeout).map({ $0 > 0 }) ?? false else {
                throw UsageError("--timeout \(timeout) is no time: 90, 1h30m", command: "run")
            }
            invocation.timeout = timeout
        }
        let flags: [(CommandOption, RunOptions)] = [
            (Self.keepSession, .keepSession), (Self.nonInteractive, .nonInteractive), (Self.untrusted, .untrusted),
            (Self.dryRun, .dryRun),
        ]
        for (option, meaning) in flags where arguments.has(option) { invocation.options.insert(meaning) }
        self.invocation = invocation
        isDryRun = arguments.has(Self.dryRun)
    }

    private static func variable(_ text: String) throws(UsageError) -> SentVariable {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw UsageError("--env \(text) sets nothing: --env NAME=VALUE", command: "run")
        }
        return SentVariable(
            name: String(text[..<equals]), value: String(text[text.index(after: equals)...]), isAskedFor: true)
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        do throws(BrokerClientError) {
            if let problem = try invocation.notOffered(hostName: nil) { throw .unfit(problem) }
            let isSilent = invocation.options.contains(.nonInteractive)
            let client: BrokerClient
            do throws(BrokerClientError) {
                client = try BrokerClient(in: session, isSilent: isSilent)
            } catch {
                guard case .unreachable = error else { throw error }
                return SudoBackend(in: session).run(self, because: error)
            }
            let request = try invocation.request(
                workingDirectory: session.environment.workingDirectory,
                variables: CurrentProcess.environmentVariables(), environment: session.environment.variable)
            let streams: ClientStreams
            do throws(SystemError) { streams = try ClientStreams.own() } catch { throw .system(error) }
            return report(try RunQuestion(request, streams: streams).ask(on: client.exchange), in: session)
        } catch {
            return session.report(error)
        }
    }

    private func report(_ answer: BrokerAnswer, in session: Session) -> ExitCode {
        switch answer {
        case .finished(let outcome):
            if outcome == .timedOut { session.console.report("the command was ended: its time was up") }
            return ExitCode(outcome.ending(timedOut: .status(Int32(RefusalCode.expired.rawValue))))
        case .decision(let decision) where isDryRun:
            DecisionText.print(decision, in: session)
            return decision.isAllowed ? .done : ExitCode(RefusalCode.deniedByPolicy)
        default: return session.report(answer)
        }
    }
}
