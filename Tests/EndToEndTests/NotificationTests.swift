import JSON
import TestSupport
import Testing

@Suite(.patience) struct NotificationTests {
    let program: BuiltProgram
    var image: String { "\(program.tree.path)/image" }
    var options: String { "--root \(image) $places --notify-command \(program.tree.path)/notify" }

    /// A file tree to assess, whose state the test changes, and a command that writes down what it is told.
    init() throws {
        program = try BuiltProgram()
        let tree = program.tree
        try tree.add("policies/configuration.yaml", "schema: 1\nnotify_commands:\n  - \(tree.path)/notify\n")
        try command("cat >> \(tree.path)/told")
        try tree.add("told", "")
        try tree.add("image/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n")
        try tree.add("image/etc/group", "root:x:0:\n")
        try tree.add("image/etc/shadow", "root:*:1::::::\n", .init(mode: 0o600))
    }

    func command(_ body: String) throws {
        try program.tree.add("notify", "#!/bin/sh\n\(body)\n", .init(mode: 0o755))
    }

    func assess(_ expected: Int32 = 0) async throws {
        let run = try await program.bailey("assess \(options)")
        #expect(run.status == expected, "\(run.errors)")
    }

    /// Makes the next run find something worse.
    func worsen(_ name: String) throws {
        try program.tree.add("image/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n\(name):x:0:0::/root:/bin/bash\n")
        try program.tree.add("image/etc/shadow", "root:*:1::::::\n", .init(mode: 0o666))
    }

    func told() throws -> String { try program.tree.text(of: "told") }

    func state() throws -> JSONValue {
        try JSONValue(parsing: Array(try program.tree.text(of: "out/notification-state.json").utf8))
    }

    @Test("The first run and a run without news tell nothing; what became worse is told once")
    func toldOnce() async throws {
        try await assess()
        try await assess()
        #expect(try told().isEmpty)
        try worsen("toor")
        try await assess()
        let message = try told()
        #expect(message.hasPrefix("Bailey: "))
        #expect(message.contains("[critical]") || message.contains("[high]"))
        #expect(try state()["pending"]?.elements?.isEmpty == true)
        #expect(try state()["notified_run"]?.text != nil)
        try await assess()
        #expect(try told() == message)
    }

    @Test("What a failed command was to tell is told by the next run that succeeds, and then no more")
    func failedCommand() async throws {
        try await assess()
        try worsen("toor")
        try command("cat > /dev/null; echo no route >&2; exit 1")
        let failed = try await program.bailey("assess \(options)")
        #expect(failed.status == 3)
        #expect(failed.errors.contains("ended with 1; it said: no route"))
        #expect(try program.tree.names(in: "out").contains("assessment.json"))
        #expect(try state()["notified_run"] == .null)
        #expect(try state()["pending"]?.elements?.isEmpty == false)
        // A run by hand in between takes nothing away.
        #expect(try await program.bailey("assess --root \(image) $places").status == 0)
        try command("cat >> \(program.tree.path)/told")
        try await assess()
        #expect(try told().hasPrefix("Bailey: "))
        try await assess()
        #expect(try told().split(separator: "\n").filter { $0.hasPrefix("Bailey: ") }.count == 1)
    }

    @Test("A command that is not listed ends the run before anything is written")
    func unlistedCommand() async throws {
        try program.tree.add("policies/configuration.yaml", "schema: 1\nnotify_commands: []\n")
        let run = try await program.bailey("assess \(options)")
        #expect(run.status == 3)
        #expect(run.errors.contains("is not listed in \(program.tree.path)/policies/configuration.yaml"))
        #expect((try? program.tree.names(in: "out")) == nil)
    }
}
