import SudoClient

/// `bailey sudo`: sudo's command line, for hosts without the broker too.
struct SudoCommand: Command {
    static let syntax = CommandSyntax(
        name: "sudo", summary: "Take a command line of sudo's: bailey sudo -- -u www-data id",
        details: [
            "What bailey-sudo does, and ends as sudo does. Where the broker cannot be reached and command-policy.yaml says backend: sudo, that policy decides here, and the system's own sudo runs what it allows; bailey-sudo hands over to this command then."
        ],
        operands: [CommandOperand(name: "ARGUMENT", isRequired: false, mayRepeat: true, help: "What sudo would take.")],
        operandsEndOptions: true)

    private let arguments: [String]

    init(_ arguments: ParsedArguments) { self.arguments = arguments.operands }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let variable = session.environment.variable
        return ExitCode(
            SudoProgram.run("sudo", arguments, environment: variable) { invocation, error in
                SudoBackend(in: session).run(invocation, because: error)
            })
    }
}
