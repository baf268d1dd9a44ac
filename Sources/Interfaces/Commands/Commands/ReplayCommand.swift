import LinuxSystem
import SessionRecordings

/// `bailey replay`: a recorded session.
struct ReplayCommand: Command {
    static let directory = CommandOption.value(
        "directory", "DIR", help: "Where the recording lies; without it where the broker writes.")
    static let maxIdle = CommandOption.value(
        "max-idle", "SECONDS", help: "Shorten every pause to this; without it pauses are as long as they were.")
    static let plain = CommandOption.flag(
        "plain", help: "Print the text at once, without colours or any other escape sequence.")
    static let raw = CommandOption.flag(
        "raw",
        help:
            "Print every byte that was recorded, escape sequences that steer the terminal included. For recordings you trust."
    )
    static let speed = CommandOption.value("speed", "FACTOR", help: "So many times faster; without it 1.")
    static let syntax = CommandSyntax(
        name: "replay", summary: "Show a session that was recorded.",
        details: [
            "What was recorded is chosen by whoever was recorded: without --raw only text, colours and cursor movement reach the terminal, never titles, clipboard access or questions to the terminal. Where the output is no terminal, it is printed at once. With --json the events are printed, a line each."
        ],
        options: [directory, maxIdle, plain, raw, speed],
        operands: [CommandOperand(name: "ID", help: "The request's id, as the audit log has it.")])

    private let id: String
    private let arguments: ParsedArguments
    private let speed: Double
    private let maxIdle: Double

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        id = arguments.operands.first ?? ""
        speed = try Self.number(arguments.value(of: Self.speed) ?? "1", Self.speed, 0.01...10_000)
        maxIdle = try Self.number(arguments.value(of: Self.maxIdle) ?? "1e9", Self.maxIdle, 0...1e9)
        guard !arguments.has(Self.plain) || !arguments.has(Self.raw) else {
            throw UsageError("--plain and --raw are opposites", command: Self.syntax.name)
        }
    }

    private static func number(
        _ text: String, _ option: CommandOption, _ range: ClosedRange<Double>
    ) throws(UsageError) -> Double {
        guard let number = Double(text), range.contains(number) else {
            let bounds = "\(range.lowerBound.formattedShort) to \(range.upperBound.formattedShort)"
            throw UsageError("--\(option.name) wants a number from \(bounds)", command: syntax.name)
        }
        return number
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let place = arguments.value(of: Self.directory).map {
            absolutePath($0, in: session.environment.workingDirectory)
        }
        var recording = try Self.reading { () throws(RecordingError) in
            try RecordedSession(id, in: place ?? RecordingName.systemDirectory)
        }
        let form: RecordingPrinter.Form =
            session.options.wantsJSON
            ? .json : arguments.has(Self.raw) ? .raw : arguments.has(Self.plain) ? .plain : .defused
        var printer = RecordingPrinter(form, of: recording.path, on: session.console, speed: speed, maxIdle: maxIdle)
        printer.begin(recording.header)
        while let entry = try Self.reading({ () throws(RecordingError) in try recording.next() }), printer.print(entry)
        {}
        printer.end()
        return .done
    }

    private static func reading<Value: ~Copyable>(
        _ body: () throws(RecordingError) -> Value
    ) throws(CommandError) -> Value {
        do throws(RecordingError) {
            return try body()
        } catch {
            guard case .system(let reason) = error else { throw .couldNotRun("recording", error.description) }
            throw .couldNotRun(
                reason, remedy: reason.isPermission ? "recordings are root's: run it with sudo" : nil)
        }
    }
}

extension Double {
    /// Without a fraction where there is none.
    fileprivate var formattedShort: String { self == rounded() ? "\(Int64(self))" : "\(self)" }
}
