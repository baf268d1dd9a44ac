import Auditing
import FoundationEssentials
import JSON
import TestSupport
import Testing

@testable import Commands

/// `bailey audit …` on a log of a test's own.
@Suite struct AuditCommandTests {
    let tree: TemporaryTree
    let path: String

    init() throws {
        tree = try TemporaryTree()
        path = "\(tree.path)/log"
        var configuration = AuditLog.Configuration(directory: path)
        configuration.isAppendOnly = false
        let log = try AuditLog(configuration)
        for number in 1...3 {
            let argv = AuditField("argv", .arguments(["/usr/bin/id", "\u{1b}[31m", "--password=hunter2"]))
            try log.append(AuditDraft(.request, request: "r-\(number)", actor: "alice(1000)", details: [argv]))
            try log.append(
                AuditDraft(.finish, request: "r-\(number)", actor: "bob(1001)", details: [AuditField("status", number)])
            )
        }
        _ = try log.signHead()
    }

    private func lines(_ arguments: String...) -> [String] {
        let recorded = RecordedConsole()
        let code = BaileyTool(environment: .test(), console: recorded.console()).run(arguments + [path])
        #expect(code == .done, "\(recorded.error)")
        return recorded.output.split(separator: "\n").map(String.init)
    }

    @Test("All records are shown in order, without a byte that could steer a terminal, and without a secret")
    func show() {
        let lines = lines("audit", "show")
        #expect(lines.count == 7)
        #expect(lines[1].hasPrefix("2  20"))
        #expect(lines[1].contains(#"argv=["/usr/bin/id","\u001b[31m","--password=[masked]"]"#))
    }

    @Test(
        "Records are chosen by event, request, actor and time",
        arguments: [
            (["--event", "finish"], 3), (["--event", "finish", "--event", "request"], 6), (["--request", "r-2"], 2),
            (["--actor", "bob"], 3), (["--actor", "bob(1001)"], 3), (["--actor", "bo"], 0),
            (["--since", "2020-01-01"], 7),
            (["--since", "2999-01-01"], 0), (["--actor", "alice", "--request", "r-1"], 1),
        ])
    func filter(options: [String], count: Int) {
        let recorded = RecordedConsole()
        let tool = BaileyTool(environment: .test(), console: recorded.console())
        #expect(tool.run(["audit", "show"] + options + [path]) == .done)
        #expect(recorded.output.split(separator: "\n").count == count)
    }

    @Test("With --json a record is its line, byte for byte")
    func json() throws {
        let recorded = RecordedConsole()
        let tool = BaileyTool(environment: .test(), console: recorded.console())
        #expect(tool.run(["audit", "show", "--json", path]) == .done)
        #expect(recorded.output == (try tree.content(of: "log/audit-00000001.jsonl")))
    }

    @Test("The last records are as many as asked for", arguments: [(1, 1), (3, 3), (100, 7)])
    func tail(asked: Int, count: Int) {
        let lines = lines("audit", "tail", "--count", "\(asked)")
        #expect(lines.count == count)
        #expect(lines.last?.hasPrefix("7  ") == true)
    }

    @Test("A sound log is said to be, and one that is not ends with 1 and names the line")
    func verify() throws {
        #expect(
            lines("audit", "verify").first?.hasPrefix("sound: 7 records in 1 file follow each other, to record 7")
                == true)
        let text = try tree.content(of: "log/audit-00000001.jsonl")
        try tree.add("log/audit-00000001.jsonl", text.replacing(#""status":2"#, with: #""status":0"#))
        let recorded = RecordedConsole()
        let tool = BaileyTool(environment: .test(), console: recorded.console())
        #expect(tool.run(["audit", "verify", "--json", path]) == .findings)
        let document = try JSONValue(parsing: Array(recorded.output.utf8))
        #expect(document["sound"]?.flag == false)
        #expect(document["problems"]?.elements?.first?["line"]?.number == 5)
        #expect(document["problems"]?.elements?.first?["kind"]?.text == "changed")
    }

    @Test("A head kept elsewhere finds a cut end, with the key kept with it")
    func keptHead() throws {
        try tree.add("kept.head", try #require(lines("audit", "head").first) + "\n")
        try tree.add("kept.pub", try tree.content(of: "log/audit.pub"))
        let text = try tree.content(of: "log/audit-00000001.jsonl")
        try tree.add("log/audit-00000001.jsonl", text.split(separator: "\n").dropLast().map { "\($0)\n" }.joined())
        try FileManager.default.removeItem(atPath: "\(path)/audit.head")
        #expect(lines("audit", "verify").first?.hasPrefix("sound") == true)
        let recorded = RecordedConsole()
        let tool = BaileyTool(environment: .test(), console: recorded.console())
        let arguments = ["audit", "verify", "--head", "\(tree.path)/kept.head", "--key", "\(tree.path)/kept.pub", path]
        #expect(tool.run(arguments) == .findings)
        #expect(recorded.output.hasPrefix("cut: "))
    }

    @Test("A head signed on demand names the last record; a log that is not sound is not signed")
    func sign() throws {
        try FileManager.default.removeItem(atPath: "\(path)/audit.head")
        let head = try SignedHead(line: Array(try #require(lines("audit", "head", "--sign").first).utf8))
        #expect(head.sequence == 7)
        #expect(head.isSigned(by: try AuditKey.publicKey("\(path)/audit.pub")))
        let text = try tree.content(of: "log/audit-00000001.jsonl")
        try tree.add("log/audit-00000001.jsonl", text.replacing(#""status":2"#, with: #""status":0"#))
        let recorded = RecordedConsole()
        let tool = BaileyTool(environment: .test(), console: recorded.console())
        #expect(tool.run(["audit", "head", "--sign", path]) == .couldNotRun)
        #expect(recorded.error.contains("was not signed: audit-00000001.jsonl:5: changed"))
    }

    @Test(
        "What is no log, no time and no number is refused",
        arguments: [
            (["audit", "verify", "/nowhere"], ExitCode.couldNotRun),
            (["audit", "show", "--since", "yesterday"], .usage),
            (["audit", "tail", "--count", "0"], .usage), (["audit", "show", "--event", "nothing"], .usage),
        ])
    func refused(arguments: [String], code: ExitCode) {
        let recorded = RecordedConsole()
        #expect(BaileyTool(environment: .test(), console: recorded.console()).run(arguments) == code)
        #expect(!recorded.error.isEmpty)
    }
}
