import LinuxSystem
import TestSupport
import Testing

@Suite(.enabled(if: FileSystemUser.isRoot, "programs have to be root's"))
struct TrustedProgramTests {
    /// A directory that nobody but root may write, up to `/`.
    private func tree() throws -> TemporaryTree { try TemporaryTree(in: "/var/lib") }

    private static let script = TemporaryTree.Attributes(mode: 0o755)

    @Test("A program that was changed after it was checked does not run, and neither does one whose mode changed")
    func changed() throws {
        let tree = try tree()
        try tree.add("program", "#!/bin/sh\necho one\n", Self.script)
        let program = try TrustedProgram.open("\(tree.path)/program", securePath: [])
        try program.verifyUnchanged()
        try tree.add("program", "#!/bin/sh\necho two\n", Self.script)
        #expect(throws: UnfitProgram.changed(path: "\(tree.path)/program")) { try program.verifyUnchanged() }
    }

    @Test("A program that another was put in the place of is not executed, and neither is a script")
    func exchanged() throws {
        let tree = try tree()
        _ = try RunningProgram.output(of: ["cp", "/usr/bin/true", "\(tree.path)/program"])
        try tree.add("script", "#!/bin/sh\necho one\n", Self.script)
        let program = try TrustedProgram.open("\(tree.path)/program", securePath: [])
        let script = try TrustedProgram.open("\(tree.path)/script", securePath: [])
        _ = try RunningProgram.output(of: [
            "sh", "-c", "cd \(tree.path); cp /usr/bin/false new; mv new program; cp script other; mv other script",
        ])
        #expect(throws: UnfitProgram.self) { try program.verifyUnchanged() }
        #expect(throws: UnfitProgram.self) { try script.verifyPath() }
    }

    @Test(
        "A directory that others may write, a link into one, and a program of another's are unfit",
        arguments: ["open/program", "link", "owned"])
    func unfit(name: String) throws {
        let tree = try tree()
        try tree.addDirectory("open", TemporaryTree.Attributes(mode: 0o777))
        try tree.add("open/program", "#!/bin/sh\n", Self.script)
        try tree.addLink("link", to: "open/program")
        try tree.add("owned", "#!/bin/sh\n", TemporaryTree.Attributes(mode: 0o755, owner: FileSystemUser.nobody))
        #expect(throws: UnfitProgram.self) { try TrustedProgram.open("\(tree.path)/\(name)", securePath: []) }
    }

    @Test(
        "A slash is one whatever follows it: a combining mark hides neither a directory that others may write, nor a link in it",
        arguments: ["open/\u{301}link/program", "open/\u{301}link/\u{301}program", "open/\u{301}own/program"])
    func marks(name: String) throws {
        let tree = try tree()
        try tree.addDirectory("open", TemporaryTree.Attributes(mode: 0o777))
        for directory in ["closed", "open/\u{301}own"] {
            try tree.addDirectory(directory, TemporaryTree.Attributes(mode: 0o755))
            for program in ["program", "\u{301}program"] {
                try tree.add("\(directory)/\(program)", "#!/bin/sh\n", Self.script)
            }
        }
        try tree.addLink("open/\u{301}link", to: "../closed")
        _ = try TrustedProgram.open("\(tree.path)/closed/\u{301}program", securePath: [])
        let directory = UnfitProgram.directoryWritable(path: "\(tree.path)/open", permissions: "0777")
        #expect(throws: directory) { try TrustedProgram.open("\(tree.path)/\(name)", securePath: []) }
        #expect(throws: directory) { try TrustedFile("\(tree.path)/\(name)") }
        #expect(throws: directory) { try TrustedFile.checkParent(of: "\(tree.path)/open/\u{301}new") }
    }

    @Test(
        "A name is looked for in the secure path alone, and a path that is not absolute is none",
        arguments: ["./true", "bin/true", "bin/\u{301}true", "..", ".", ""])
    func names(name: String) throws {
        #expect(try TrustedProgram.open("true", securePath: ["/usr/bin"]).resolvedPath == "/usr/bin/true")
        #expect(throws: UnfitProgram.self) { try TrustedProgram.open(name, securePath: ["/usr/bin"]) }
        #expect(throws: UnfitProgram.self) {
            try TrustedProgram.open("true", securePath: ["/nonexistent", "relative"])
        }
    }
}
