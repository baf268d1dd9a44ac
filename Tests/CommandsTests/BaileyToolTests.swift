import FoundationEssentials
import LinuxSystem
import Testing

@testable import Commands

@Suite struct BaileyToolTests {
    static func run(_ arguments: String...) -> (code: ExitCode, output: String, error: String) {
        let recorded = RecordedConsole()
        let tool = BaileyTool(environment: .test(), console: recorded.console())
        let code = tool.run(arguments)
        return (code, recorded.output, recorded.error)
    }

    @Test("The version is one line")
    func version() {
        let result = Self.run("--version")
        #expect(result == (.done, "bailey \(BaileyTool.version)\n", ""))
    }

    @Test("What is asked for goes to the output, and what went wrong to the error stream")
    func streams() {
        #expect(Self.run("--help").error.isEmpty)
        let wrong = Self.run("versoin")
        #expect(wrong.code == .usage)
        #expect(wrong.output.isEmpty)
        #expect(
            wrong.error
                == "bailey: unknown command 'versoin'; did you mean bailey version?\n  bailey --help tells what there is\n"
        )
    }

    @Test("An argument cannot steer the terminal that it is complained about on")
    func escapes() {
        let error = Self.run("\u{1b}[31mred").error
        #expect(!error.contains("\u{1b}"))
        #expect(error.contains(#"\u{1b}[31mred"#))
    }

    @Test("A reader that goes away is no failure")
    func brokenPipe() {
        let console = Console(
            output: { _ throws(SystemError) in throw SystemError("write", "standard output", code: .brokenPipe) },
            error: { _ throws(SystemError) in Issue.record("nothing is to be reported") })
        #expect(BaileyTool(environment: .test(), console: console).run(["controls"]) == .done)
        #expect(console.isOutputClosed)
    }

    @Test("Output that cannot be written is a failure, and said once")
    func fullOutput() {
        var errors: [String] = []
        let console = Console(
            output: { _ throws(SystemError) in throw SystemError("write", "standard output", code: .noSpace) },
            error: { bytes throws(SystemError) in errors.append(String(decoding: bytes, as: UTF8.self)) })
        #expect(BaileyTool(environment: .test(), console: console).run(["controls"]) == .couldNotRun)
        #expect(errors.count == 1)
        #expect(errors.first?.contains("No space left on device") == true)
    }

    @Test(
        "Colour is for terminals, unless a flag or NO_COLOR says otherwise",
        arguments: [
            (GlobalOptions.Color.auto, true, [:], true), (.auto, false, [:], false),
            (.auto, true, ["NO_COLOR": "1"], false), (.auto, true, ["NO_COLOR": ""], true),
            (.auto, true, ["TERM": "dumb"], false), (.always, false, ["NO_COLOR": "1"], true),
            (.never, true, [:], false),
        ] as [(GlobalOptions.Color, Bool, [String: String], Bool)])
    func color(option: GlobalOptions.Color, isTerminal: Bool, variables: [String: String], isColored: Bool) {
        var options = GlobalOptions()
        options.color = option
        #expect(options.usesColor(isTerminal: isTerminal, environment: .test(variables)) == isColored)
    }

    @Test("Progress is shown on a terminal only, and wiped before anything else is printed")
    func progress() {
        let terminal = RecordedConsole()
        let console = terminal.console(isTerminal: true)
        console.showProgress("Reading")
        console.report("done")
        #expect(terminal.error == "\r\u{1b}[2KReading…\r\u{1b}[2Kbailey: done\n")
        let file = RecordedConsole()
        file.console().showProgress("Reading")
        #expect(file.error.isEmpty)
    }
}

extension InvocationEnvironment {
    static func test(
        _ variables: [String: String] = [:], executable: String? = nil, user: UInt32 = CurrentProcess.effectiveUserID
    ) -> InvocationEnvironment {
        InvocationEnvironment(
            variable: { variables[$0] }, executablePath: executable, workingDirectory: "/", effectiveUserID: user,
            now: { Date(timeIntervalSince1970: 1_800_000_000) })
    }
}
