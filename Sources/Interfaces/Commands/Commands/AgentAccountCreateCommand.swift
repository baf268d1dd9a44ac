import Assessment
import HostModel
import LinuxSystem

/// `bailey agent-account create`: an account of its own for an AI agent.
struct AgentAccountCreateCommand: Command {
    static let dryRun = CommandOption.flag("dry-run", help: "Print what would be run, and run nothing.")
    static let shell = CommandOption.value(
        "shell", "PATH", help: "Its shell; without it /usr/sbin/nologin, with which a service (User=) still runs as it."
    )
    static let syntax = CommandSyntax(
        name: "agent-account create", summary: "Create a locked account of its own for an AI agent.",
        details: [
            "An agent that runs under a person's account can read that person's terminals, files and processes, whatever the policy says. Its own account has its own group and no other, a home that is its alone, no password, and no way to root. useradd(8) makes it; what came out is looked at afterwards."
        ],
        options: [dryRun, shell], operands: [AgentAccountSurvey.operand])

    private static let program = "/usr/sbin/useradd"
    private let name: String
    private let shellPath: String
    private let isDryRun: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        name = arguments.operands.first ?? ""
        shellPath = arguments.value(of: Self.shell) ?? "/usr/sbin/nologin"
        isDryRun = arguments.has(Self.dryRun)
        // What useradd(8) takes everywhere; nothing of it can be an option.
        let isName = name.utf8.enumerated().allSatisfy { index, byte in
            (0x61...0x7a).contains(byte) || byte == UInt8(ascii: "_")
                || index > 0 && ((0x30...0x39).contains(byte) || byte == UInt8(ascii: "-"))
        }
        guard isName, (1...32).contains(name.utf8.count) else {
            throw UsageError("an account's name is up to 32 of a-z, 0-9, '_' and '-', and begins with a letter or '_'")
        }
        guard shellPath.hasPrefix("/"), !shellPath.contains(where: { $0 == ":" || $0.isNewline }) else {
            throw UsageError("--shell is an absolute path")
        }
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        if try AgentAccountSurvey(of: name, in: session).found != nil || isTakenElsewhere(in: session) {
            throw .couldNotRun(
                name, "is there already", remedy: "bailey agent-account status \(name) tells whether it is fit")
        }
        let arguments = arguments(root: session.options.root)
        let line = ([Self.program] + arguments).map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
        if isDryRun {
            session.console.print("Would run: \(line)")
            return .done
        }
        try session.requireRoot(for: "bailey agent-account create")
        try create(arguments)
        let survey = try AgentAccountSurvey(of: name, in: session)
        guard let account = survey.found?.account else {
            throw .couldNotRun(name, "is not there, though \(Self.program) said it made it")
        }
        guard survey.objections.isEmpty else {
            throw .couldNotRun(
                survey.objections.map { Problem(subject: name, reason: "was made and is not as it should be: \($0)") })
        }
        survey.report(
            """
            Ran: \(line)
            \(name): uid \(account.userID), its own group, home \(account.home) (0700), locked, shell \(account.shell)
            \(survey.advice)
            """, in: session)
        return .done
    }

    /// A directory service may know the name where the files do not.
    private func isTakenElsewhere(in session: Session) -> Bool {
        session.options.root == "/" && (UserAccount.named(name) != nil || GroupNames.id(of: name) != nil)
    }

    private func arguments(root: String) -> [String] {
        (root == "/" ? [] : ["--prefix", root]) + [
            "--system", "--user-group", "--create-home", "--home-dir", "/home/\(name)", "--key", "HOME_MODE=0700",
            "--comment", "AI agent", "--shell", shellPath, name,
        ]
    }

    private func create(_ arguments: [String]) throws(CommandError) {
        let outcome: ChildProcess.Outcome
        do throws(SystemError) {
            outcome = try ChildProcess.run(
                Self.program, arguments: arguments,
                environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"],
                timeLimit: .seconds(60))
        } catch {
            throw .couldNotRun(error, remedy: "Debian's package passwd has it")
        }
        guard outcome.ending == .exited(code: 0) else {
            let said = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").joined(separator: "; ")
            throw .couldNotRun(Self.program, "made no account (\(outcome.ending)): \(said)")
        }
    }
}
