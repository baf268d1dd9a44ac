import HostModel
import LinuxSystem
import TestSupport
import Testing

@testable import HostFacts

@Suite(.enabled(if: FileSystemUser.isRoot)) struct FileSystemWalkTests {
    private static func survey(of path: String, live: Bool = false) throws -> PrivilegedFileSurvey {
        let source = FactSource(tree: try FileTree(root: path), isLive: live, kernel: .none)
        return try #require(source.privilegedFiles().value)
    }

    @Test("What is found is what find(1) finds, whatever the depth and the name")
    func peer() throws {
        let tree = try TemporaryTree()
        try tree.add("etc/passwd", "root:x:0:0::/root:/bin/bash\n")
        try tree.add("etc/group", "root:x:0:\n")
        for depth in 0..<40 {
            let directory = (0...depth).map { "d\($0)" }.joined(separator: "/")
            for (index, mode) in [0o4755, 0o2755, 0o6711, 0o4644, 0o755, 0o4100, 0o2710, 0o2701].enumerated() {
                try tree.add("\(directory)/f\(index)", "", .init(mode: UInt16(mode), owner: UInt32(index % 2)))
            }
        }
        // More directories at one level than one thread takes.
        for index in 0..<300 { try tree.add("wide/\(index)/x", "", .init(mode: index % 3 == 0 ? 0o4755 : 0o755)) }
        try tree.add("odd/a\u{1b}[2J b\n", "", .init(mode: 0o4755))
        try tree.addLink("odd/link", to: "../wide/0/x")
        try tree.addPipe("odd/pipe")
        let output = try RunningProgram.output(of: [
            "find", tree.path, "-type", "f", "-perm", "/6000", "-perm", "/111", "-printf", "/%P\\0",
        ])
        let expected = Set(output.split(separator: "\0").map(String.init))
        #expect(expected.count > 300)
        let survey = try Self.survey(of: tree.path)
        #expect(Set(survey.files.map(\.file.path)) == expected)
        #expect(survey.files.map(\.file.path) == survey.files.map(\.file.path).sorted())
        // There is no dpkg in it.
        #expect(survey.gaps.map(\.what) == ["which files packages brought"])
    }

    @Test("What only root may enter is left out and counted; a group's or a person's own directory is not")
    func closedDirectories() throws {
        let tree = try TemporaryTree()
        try tree.add("etc/passwd", "root:x:0:0::/root:/bin/bash\nada:x:1000:1000::/home/ada:/bin/bash\n")
        try tree.add("etc/group", "root:x:0:\n")
        for (name, attributes) in [
            ("closed", TemporaryTree.Attributes(mode: 0o700)), ("group", .init(mode: 0o710)),
            ("searchable", .init(mode: 0o711)), ("devs", .init(mode: 0o710, group: 1500)),
            ("home", .init(mode: 0o700, owner: 1000)),
        ] {
            try tree.add("\(name)/x", "", .init(mode: 0o4755))
            try tree.addDirectory(name, attributes)
        }
        let survey = try Self.survey(of: tree.path)
        #expect(survey.files.map(\.file.path) == ["/devs/x", "/home/x", "/searchable/x"])
        #expect(survey.closedDirectories == 2)
        // With somebody else in root's group, its rights are not root's alone.
        try tree.add("etc/group", "root:x:0:ada\n")
        #expect(try Self.survey(of: tree.path).files.map(\.file.path).contains("/group/x"))
    }

    @Test("A file with several names is one, under the first of them")
    func hardLinks() throws {
        let tree = try TemporaryTree()
        try tree.add("b/x", "", .init(mode: 0o4755))
        try tree.addDirectory("a")
        #expect(try tree.addHardLink("a/y", to: "\(tree.path)/b/x"))
        #expect(try Self.survey(of: tree.path).files.map(\.file.path) == ["/a/y"])
    }

    @Test("A link put in a directory's place leads nowhere")
    func links() throws {
        let tree = try TemporaryTree()
        try tree.add("real/x", "", .init(mode: 0o4755))
        try tree.addLink("loop", to: ".")
        try tree.addLink("real/up", to: "..")
        #expect(try Self.survey(of: tree.path).files.map(\.file.path) == ["/real/x"])
    }
}
