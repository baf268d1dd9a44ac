import LinuxSystem
import TestSupport
import Testing

@testable import Notifications

@Suite struct NotifyCommandTests {
    let tree: TemporaryTree
    var path: String { "\(tree.path)/notify" }

    init() throws { tree = try TemporaryTree() }

    func command(_ name: String = "notify", allowed: [String]? = nil) throws(NotifyCommandError) -> NotifyCommand {
        try NotifyCommand(
            "\(tree.path)/\(name)", allowed: allowed ?? ["\(tree.path)/\(name)"],
            ownership: TrustedOwnership(owners: [0, CurrentProcess.effectiveUserID]),
            configuration: "configuration.yaml")
    }

    func script(_ body: String, name: String = "notify", mode: UInt16 = 0o755) throws {
        try tree.add(name, "#!/bin/sh\n\(body)\n", .init(mode: mode))
    }

    func reason(_ body: () throws -> Void) -> String? {
        switch #expect(throws: NotifyCommandError.self, performing: body) {
        case .unfit(_, let reason, let remedy):
            #expect(!remedy.isEmpty)
            return reason
        case .failed(_, let reason): return reason
        default: return nil
        }
    }

    @Test("A script that is listed gets the message on its input, a PATH, and nothing else of ours")
    func message() throws {
        try script("cat > \(tree.path)/got; env | cut -d= -f1 | sort | tr '\\n' ' ' > \(tree.path)/env")
        try command().send("one\ntwo\n")
        #expect(try tree.content(of: "got") == "one\ntwo\n")
        // PWD is the shell's own.
        #expect(try tree.content(of: "env") == "PATH PWD ")
    }

    @Test("A program is refused unless it is listed by the very path it is named by")
    func unlisted() throws {
        try script("true")
        #expect(reason { _ = try command(allowed: []) } == "is not listed in configuration.yaml")
        #expect(reason { _ = try command(allowed: ["\(tree.path)/./notify"]) } == "is not listed in configuration.yaml")
        let relative = reason {
            _ = try NotifyCommand(
                "notify", allowed: ["notify"], ownership: TrustedOwnership(owners: [0]), configuration: "c")
        }
        #expect(relative == "is not an absolute path")
    }

    @Test(
        "A shell or an interpreter is refused, also through a link",
        arguments: ["/bin/sh", "/bin/bash", "/usr/bin/env", "/usr/bin/perl", "/usr/bin/python3", "/usr/bin/awk"])
    func interpreters(program: String) throws {
        guard (try? FileTree().exists(program)) == true else { return }
        try tree.addLink("notify", to: program)
        #expect(reason { _ = try command() } == "is a shell or an interpreter, which would run what the message says")
    }

    @Test("Another name of a shell's file is refused", .enabled(if: FileSystemUser.isRoot))
    func hardLink() throws {
        guard try tree.addHardLink("notify", to: "/bin/dash") else { return }
        #expect(reason { _ = try command() } == "is a shell or an interpreter, which would run what the message says")
    }

    @Test("A copy of a shell is refused", .enabled(if: FileSystemUser.isRoot))
    func copy() throws {
        try tree.add("notify", bytes: try FileTree().contents(of: "/usr/bin/dash"), .init(mode: 0o755))
        #expect(reason { _ = try command() } == "is a shell or an interpreter, which would run what the message says")
    }

    @Test("A program that others could change is refused, by its file or by a directory above it")
    func writable() throws {
        try script("true", mode: 0o777)
        #expect(reason { _ = try command() }?.hasPrefix("is writable by everybody") == true)
        try script("true", name: "open/notify")
        try tree.addDirectory("open", .init(mode: 0o777))
        #expect(reason { _ = try command("open/notify") }?.hasPrefix("is writable by everybody") == true)
    }

    @Test("What cannot be run is refused: a directory, a file without the mode, nothing")
    func notAProgram() throws {
        try tree.addDirectory("directory")
        #expect(reason { _ = try command("directory") } == "is not a program")
        try script("true", mode: 0o644)
        #expect(reason { _ = try command() } == "is not a program")
        #expect(throws: NotifyCommandError.self) { _ = try command("gone") }
    }

    @Test(
        "A program that fails says how, and what it said",
        arguments: [
            ("echo no route >&2; exit 4", "ended with 4; it said: no route\n"), ("kill -9 $$", "was ended by signal 9"),
            ("sleep 1000", "did not end within 1 s"),
        ])
    func failures(body: String, expected: String) throws {
        try script(body)
        let command = try command()
        #expect(reason { try command.send("x", timeLimit: .seconds(1)) } == expected)
    }
}
