import LinuxSystem
import Policies
import TestSupport
import Testing

@testable import Commands

@Suite struct PolicyWriterTests {
    let tree: TemporaryTree
    let writer = PolicyWriter(environment: .test())

    init() throws { tree = try TemporaryTree() }

    func write(_ name: String, _ text: String) throws {
        try writer.write(PolicyText(path: "\(tree.path)/\(name)", text))
    }

    func metadata(_ name: String) throws -> FileMetadata { try FileTree().metadata(of: "\(tree.path)/\(name)") }

    @Test("A new policy is readable by all and writable by its owner")
    func newFile() throws {
        try write("a.yaml", "x")
        #expect(try tree.content(of: "a.yaml") == "x")
        #expect(try metadata("a.yaml").permissions & 0o022 == 0)
    }

    @Test("A policy keeps its mode")
    func mode() throws {
        try tree.add("a.yaml", "old", .init(mode: 0o600))
        try write("a.yaml", "new")
        #expect(try tree.content(of: "a.yaml") == "new")
        #expect(try metadata("a.yaml").permissions == 0o600)
    }

    @Test(
        "A policy of another user stays his, and a new one is the directory's owner's",
        .enabled(if: FileSystemUser.isRoot))
    func owner() throws {
        try tree.addDirectory("p", .init(owner: 1234, group: 1235))
        try tree.add("p/a.yaml", "old", .init(owner: 1236, group: 1237))
        try write("p/a.yaml", "new")
        try write("p/b.yaml", "new")
        #expect(try metadata("p/a.yaml").owner == 1236)
        #expect(try metadata("p/b.yaml").owner == 1234)
    }

    @Test("Through a link, what it leads to is written, and the link stays")
    func link() throws {
        try tree.add("real/a.yaml", "old")
        try tree.addLink("a.yaml", to: "real/a.yaml")
        try write("a.yaml", "new")
        #expect(try tree.content(of: "real/a.yaml") == "new")
        #expect(try FileTree().linkTarget(of: "\(tree.path)/a.yaml") == "real/a.yaml")
    }

    @Test("A directory that is not there is an error")
    func noDirectory() {
        #expect(throws: CommandError.self) { try write("gone/a.yaml", "x") }
    }
}
