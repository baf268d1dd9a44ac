import LinuxSystem
import SessionRecordings
import TestSupport
import Testing

@testable import Commands

/// `bailey replay` on a recording of a test's own, which tries to steer the terminal.
@Suite struct ReplayCommandTests {
    let tree: TemporaryTree

    static let output = "\u{1b}[31mred\u{1b}[0m\u{1b}]52;c;cm0gLXJmIC8=\u{7}\r\n"

    init() throws {
        tree = try TemporaryTree()
        let start = ContinuousClock.now
        var recorder = try SessionRecorder(
            RecordingHeader(columns: 80, rows: 24, timestamp: 0), id: "a1", in: "\(tree.path)/rec", start: start)
        try recorder.output(Self.output.utf8, at: start)
        try recorder.input("typed".utf8, echoing: true, at: start)
        try recorder.output("end\r\n".utf8, at: start + .seconds(100_000))
        try recorder.finish(at: start)
    }

    private func run(_ options: String..., isTerminal: Bool = false, id: String = "a1") -> (ExitCode, RecordedConsole) {
        let recorded = RecordedConsole()
        let tool = BaileyTool(environment: .test(), console: recorded.console(isTerminal: isTerminal))
        return (tool.run(["replay", id, "--directory", "\(tree.path)/rec"] + options), recorded)
    }

    @Test("Colours are shown, the clipboard is not touched, and a file gets it without a pause of a day")
    func defused() {
        let (code, recorded) = run()
        #expect(code == .done)
        #expect(recorded.output == "\u{1b}[31mred\u{1b}[0m\r\nend\r\n")
        #expect(recorded.error == "")
    }

    @Test("On a terminal pauses are shortened as asked, and the terminal is brought back at the end")
    func terminal() {
        let (code, recorded) = run("--max-idle", "0.001", "--speed", "10", isTerminal: true)
        #expect(code == .done)
        #expect(recorded.output == "\u{1b}[31mred\u{1b}[0m\r\nend\r\n\(ReplayFilter.reset)\n")
    }

    @Test("Plain form is text, raw form is every byte, and each has to be asked for")
    func forms() {
        #expect(run("--plain").1.output == "red\nend\n")
        #expect(run("--raw").1.output == Self.output + "end\r\n")
        #expect(run("--raw", "--plain").0 == .usage)
    }

    @Test("As JSON it is the recording, every control character escaped")
    func json() throws {
        let (_, recorded) = run("--json")
        #expect(recorded.output == (try tree.content(of: "rec/a1.cast")))
        #expect(!recorded.output.contains("\u{1b}"))
    }

    @Test("A recording that breaks off is shown up to there, and said to")
    func truncated() throws {
        try tree.add("rec/cut.cast", String(try tree.content(of: "rec/a1.cast").dropLast(5)))
        let (code, recorded) = run("--plain", id: "cut")
        #expect(code == .done)
        #expect(recorded.output == "red\n")
        #expect(recorded.error == "bailey: \(tree.path)/rec/cut.cast:4: the recording breaks off here\n")
    }

    @Test(
        "What is not there, is no id or makes no sense is said",
        arguments: [
            (["replay", "a2"], ExitCode.couldNotRun), (["replay", "../a1"], .couldNotRun), (["replay"], .usage),
            (["replay", "a1", "--speed", "0"], .usage), (["replay", "a1", "--speed", "nan"], .usage),
            (["replay", "a1", "--max-idle", "-1"], .usage),
        ])
    func refusals(arguments: [String], code: ExitCode) {
        let recorded = RecordedConsole()
        let tool = BaileyTool(environment: .test(), console: recorded.console())
        let place = code == .usage ? [] : ["--directory", "\(tree.path)/rec"]
        #expect(tool.run(arguments + place) == code)
        #expect(recorded.output == "" && recorded.error != "")
    }
}
