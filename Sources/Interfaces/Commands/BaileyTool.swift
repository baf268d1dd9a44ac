import CoreRoutes
import LinuxSystem
import Reporting
import TerminalText

/// The program `bailey`: from arguments to an exit code.
package struct BaileyTool {
    let environment: InvocationEnvironment
    let console: Console

    static let version = ProductVersion.text

    init(environment: InvocationEnvironment, console: Console) {
        self.environment = environment
        self.console = console
    }

    /// Runs this process's command line to its end.
    package static func main() -> Never {
        CurrentProcess.prepareStandardStreams()
        let tool = BaileyTool(environment: .current(), console: .standard())
        let code: ExitCode
        do throws(SystemError) {
            code = tool.run(try CurrentProcess.commandLine().arguments)
        } catch {
            tool.report(Problem(error))
            code = .usage
        }
        if let signal = code.signal { CurrentProcess.end(bySignal: signal) }
        CurrentProcess.end(status: code.rawValue)
    }

    /// - Parameter arguments: without the program's name.
    func run(_ arguments: [String]) -> ExitCode {
        let code = attempt(arguments)
        console.clearProgress()
        if let failure = console.failure {
            report(Problem(failure))
            return .couldNotRun
        }
        return code
    }

    private func attempt(_ arguments: [String]) -> ExitCode {
        do {
            return try perform(arguments)
        } catch {
            switch error {
            case .usage(let usage):
                let help = ["bailey", usage.command, "--help"].compactMap(\.self).joined(separator: " ")
                console.report("\(printable(usage.description))\n  \(help) tells what there is")
            case .couldNotRun(let problems):
                for problem in problems { report(problem) }
            }
            return error.exitCode
        }
    }

    /// `path:line:column: …` stands at the start of its line, where editors look for it.
    private func report(_ problem: Problem) {
        let text = printable(problem.description)
        if text.hasPrefix("/") { console.writeError("\(text)\n") } else { console.report(text) }
    }

    private func perform(_ arguments: [String]) throws(CommandError) -> ExitCode {
        switch try Self.request(arguments) {
        case .version:
            console.print("bailey \(Self.version)")
        case .help(let topic):
            let columns = min(max(console.columns ?? 80, 60), 110)
            console.write(Array(Self.help(columns: columns).text(on: topic).utf8))
        case .run(let syntax, let parsed):
            return try run(syntax, parsed)
        }
        return .done
    }

    private func run(_ syntax: CommandSyntax, _ parsed: ParsedArguments) throws(CommandError) -> ExitCode {
        guard let type = CommandRegistry.all.first(where: { $0.syntax.name == syntax.name }) else { return .usage }
        let command = try Self.asCommandError { () throws(UsageError) in try type.init(parsed) }
        let options = GlobalOptions(parsed, workingDirectory: environment.workingDirectory)
        return try command.run(in: Session(options: options, environment: environment, console: console))
    }

    private static func request(_ arguments: [String]) throws(CommandError) -> CommandRequest {
        try asCommandError { () throws(UsageError) in
            try ArgumentParser(
                commands: CommandRegistry.all.map { $0.syntax }, globalOptions: GlobalOptions.all,
                groupDefaults: CommandRegistry.groupDefaults
            ).parse(arguments)
        }
    }

    static func help(columns: Int) -> HelpText {
        HelpText(
            commands: CommandRegistry.all.map { $0.syntax }, globalOptions: GlobalOptions.all, columns: columns)
    }

    private static func asCommandError<Value>(_ body: () throws(UsageError) -> Value) throws(CommandError) -> Value {
        do throws(UsageError) {
            return try body()
        } catch {
            throw .usage(error)
        }
    }
}

/// Text that may hold names from outside, line by line for a terminal: a path cannot move the cursor or colour what follows.
func printable(_ text: String) -> String { terminalSafeLines(text) }
