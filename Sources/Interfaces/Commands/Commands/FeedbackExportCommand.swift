import CoreRoutes

/// `bailey feedback export`: what others may learn from.
struct FeedbackExportCommand: Command {
    static let syntax = CommandSyntax(
        name: "feedback export", summary: "Print the alerts that analysts labelled, oldest first, a line of JSON each.",
        options: CoreConnection.options)

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        session.console.write(try CoreConnection(arguments, in: session).ask(FeedbackExport.self).body)
        return .done
    }
}
