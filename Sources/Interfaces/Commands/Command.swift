/// One command of `bailey`: a file of its own in `Commands/`, and a place in `CommandRegistry`.
protocol Command: Sendable {
    static var syntax: CommandSyntax { get }

    /// Reads what was said on the command line; what the syntax cannot say by itself is refused here.
    init(_ arguments: ParsedArguments) throws(UsageError)

    func run(in session: Session) throws(CommandError) -> ExitCode
}
