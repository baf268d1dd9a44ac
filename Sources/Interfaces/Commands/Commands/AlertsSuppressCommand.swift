import CoreRoutes
import JSON
import Triage

/// `bailey alerts suppress`: an alert that is to be quiet for a while.
struct AlertsSuppressCommand: Command {
    static let time = CommandOption.value("for", "TIME", help: "How long: a number with m, h or d; without it 24h.")
    static let syntax = CommandSyntax(
        name: "alerts suppress", summary: "Keep an alert quiet for a while: it is counted on, and opens nothing.",
        details: ["When the time is up it opens again by itself, the next time it comes."],
        options: [time] + CoreConnection.options,
        operands: [CommandOperand(name: "ID", help: "The alert's triage id.")])

    /// Whoever wants it quiet for longer says so again.
    private static let most = Duration.seconds(365 * 86_400)
    private let arguments: ParsedArguments
    private let id: Int
    private let duration: Duration

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        id = try arguments.number(arguments.operands.first, "ID", command: Self.syntax.name)
        guard let duration = Self.duration(arguments.value(of: Self.time) ?? "24h"), duration <= Self.most else {
            throw UsageError(
                "--for wants a number with m, h or d, at most 365d: 30m, 8h, 7d", command: Self.syntax.name)
        }
        self.duration = duration
    }

    /// `30m`, `8h`, `7d`.
    static func duration(_ text: String) -> Duration? {
        let units: [Character: Int] = ["m": 60, "h": 3600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), (2...6).contains(text.utf8.count),
            text.dropLast().utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text.dropLast()),
            number > 0
        else { return nil }
        return .seconds(number * unit)
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let core = try CoreConnection(arguments, in: session)
        let end = EventTime(session.environment.now()).adding(duration).description
        let answer = try core.document(
            AlertsSuppress.self, path: ["alert": "\(id)"], .object(["until": .text(end)]))
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
        } else {
            session.printText("alert \(id) is quiet until \(end)")
        }
        return .done
    }
}
