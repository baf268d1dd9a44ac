import HTTPServer
import TestSupport
import Testing

@testable import Commands

/// Answers whatever is asked with the same bytes, as what somebody put in a core's place would.
private struct FalseCore: HTTPHandling {
    let body: String

    func admit(_ head: HTTPRequestHead) -> HTTPAdmission {
        .refuse(HTTPResponse(status: 200, body: Array(body.utf8)))
    }

    func refusal(_ status: Int, _ head: HTTPRequestHead) -> HTTPResponse { HTTPResponse(status: status) }
}

@Suite("What answers in a core's place") struct HostileCoreTests {
    @Test(
        "A core's answer that could steer the terminal is told of and not printed, whatever asks for it",
        arguments: [
            ["feedback", "export"], ["core", "status", "--metrics"], ["report", "daily"], ["kpis", "--json"],
            ["alerts", "show", "1", "--payload"], ["cases", "sigma", "1"], ["evidence", "export", "1"],
        ],
        ["{\"a\":\"\u{1b}]0;title\u{7}\"}\n", "{\"a\":\"\u{9b}31m\"}\n", "{\"a\":\"\u{7f}\"}\n"])
    func controls(command: [String], body: String) throws {
        let tree = try TemporaryTree()
        let listener = try HTTPListener(
            on: .unix(path: "\(tree.path)/core.sock", permissions: 0o600), handler: FalseCore(body: body))
        defer { listener.stop() }
        try tree.add("token", "0123456789abcdef", .init(mode: 0o600))
        let recorded = RecordedConsole()
        let tool = BaileyTool(environment: .test(), console: recorded.console())
        let code = tool.run(
            command + ["--server", "unix:\(tree.path)/core.sock", "--token-file", "\(tree.path)/token"])
        #expect(code == .couldNotRun)
        #expect(recorded.output.isEmpty)
        #expect(recorded.error.contains("control characters"), "\(recorded.error)")
        #expect(!recorded.error.utf8.contains(0x1b))
    }
}
