import Glibc
import HostModel
import LinuxSystem
import TestSupport
import Testing

@testable import Commands

@Suite struct OutputDirectoryTests {
    let tree: TemporaryTree
    var path: String { "\(tree.path)/out" }

    init() throws { tree = try TemporaryTree() }

    func replace(_ files: [OutputFile]) throws {
        try OutputDirectory(path: path, mayGiveAway: false, patience: .zero).replace(files)
    }

    func text(_ name: String, _ text: String) -> OutputFile { OutputFile(name, bytes: Array(text.utf8)) }

    @Test("Files appear, and take the place of those before")
    func replacing() throws {
        try replace([text("a", "1"), text("b", "1")])
        try replace([text("a", "2"), text("b", "2")])
        #expect(try tree.content(of: "out/a") == "2")
        #expect(try tree.content(of: "out/b") == "2")
        #expect(try tree.names(in: "out") == [".lock", "a", "b"])
    }

    @Test("When one file cannot be made, none is replaced and nothing is left over")
    func allOrNothing() throws {
        struct Failure: Error {}
        try replace([text("a", "old"), text("b", "old")])
        #expect(throws: CommandError.self) {
            try replace([
                text("a", "new"),
                OutputFile("b") { sink in
                    try sink(Array("half".utf8))
                    throw Failure()
                },
            ])
        }
        #expect(try tree.content(of: "out/a") == "old")
        #expect(try tree.content(of: "out/b") == "old")
        #expect(try tree.names(in: "out") == [".lock", "a", "b"])
    }

    @Test("What a killed run left is cleared away, and nothing else")
    func leftovers() throws {
        for name in ["a.123.partial", "a.partial", "a.x.partial", "c.1.partial"] { try tree.add("out/\(name)", "") }
        try replace([text("a", "1")])
        #expect(try tree.names(in: "out") == [".lock", "a", "a.partial", "a.x.partial", "c.1.partial"])
    }

    @Test("A link in the place of a result is replaced, not followed")
    func links() throws {
        try tree.add("victim", "precious")
        try tree.addLink("out/a", to: "../victim")
        try tree.addLink("out/a.\(CurrentProcess.id).partial", to: "../victim")
        try replace([text("a", "1")])
        #expect(try tree.content(of: "victim") == "precious")
        #expect(try tree.content(of: "out/a") == "1")
    }

    @Test("A second run waits briefly, then says what is in its way")
    func lock() throws {
        let first = try OutputDirectory(path: path, mayGiveAway: false)
        let error = #expect(throws: CommandError.self) {
            _ = try OutputDirectory(path: path, mayGiveAway: false, patience: .milliseconds(50))
        }
        #expect(
            error
                == .couldNotRun(
                    path, "another run is writing there",
                    remedy: "wait for it, or name another directory with --output DIR"))
        try first.replace([text("a", "1")])
    }

    @Test("Results list what is weak, so others may not read them")
    func permissions() throws {
        try replace([text("a", "1")])
        let host = try FileTree()
        #expect(try host.metadata(of: "\(path)/a").permissions & 0o007 == 0)
        #expect(try host.metadata(of: path).permissions == 0o700)
    }

    @Test("In a directory of another user, root's results are his", .enabled(if: FileSystemUser.isRoot))
    func ownership() throws {
        try tree.addDirectory("out", .init(mode: 0o755, owner: 1234, group: 1235))
        try OutputDirectory(path: path, mayGiveAway: true).replace([text("a", "1")])
        for name in ["a", ".lock"] {
            let metadata = try FileTree().metadata(of: "\(path)/\(name)")
            #expect((metadata.owner, metadata.group) == (1234, 1235), "\(name)")
        }
    }

    @Test(
        "Root is not led elsewhere by a link that somebody else made, to the directory or above it",
        .enabled(if: FileSystemUser.isRoot), arguments: ["link", "link/below", "made/link/below"])
    func foreignLinks(place: String) throws {
        try tree.addDirectory("target")
        try tree.addDirectory("made")
        for link in ["link", "made/link"] {
            try tree.addLink(link, to: "\(tree.path)/target")
            try #require(lchown("\(tree.path)/\(link)", 1234, 1234) == 0)
        }
        let error = #expect(throws: CommandError.self) {
            _ = try OutputDirectory(path: "\(tree.path)/\(place)", mayGiveAway: true)
        }
        guard case .couldNotRun(let problems)? = error else { return }
        #expect(problems.first?.reason.contains("made by uid 1234") == true)
        #expect(try tree.names(in: "target").isEmpty)
    }

    @Test("Root's own links are followed, and what is missing behind them is made")
    func ownLinks() throws {
        try tree.addDirectory("target")
        try tree.addLink("link", to: "made/../target")
        try tree.addDirectory("made")
        try OutputDirectory(path: "\(tree.path)/link/below/out", mayGiveAway: false).replace([text("a", "1")])
        #expect(try tree.content(of: "target/below/out/a") == "1")
    }

    @Test("A directory that changes its name while a run writes keeps its results")
    func renamed() throws {
        let output = try OutputDirectory(path: path, mayGiveAway: false)
        try #require(rename(path, "\(path)-old") == 0)
        try tree.addDirectory("victim")
        try tree.addLink("out", to: "victim")
        try output.replace([text("a", "1")])
        #expect(try tree.content(of: "out-old/a") == "1")
        #expect(try tree.names(in: "victim").isEmpty)
    }

    @Test("A lock that is another name of a file is not given away", .enabled(if: FileSystemUser.isRoot))
    func linkedLock() throws {
        try tree.add("precious", "x", .init(mode: 0o600))
        try tree.addDirectory("out", .init(owner: 1234, group: 1234))
        try #require(link("\(tree.path)/precious", "\(path)/.lock") == 0)
        #expect(throws: CommandError.self) { _ = try OutputDirectory(path: path, mayGiveAway: true) }
        #expect(try FileTree().metadata(of: "\(tree.path)/precious").owner == 0)
    }

    @Test("A directory that cannot be made is an error that names it")
    func notADirectory() throws {
        try tree.add("out", "a file")
        let error = #expect(throws: CommandError.self) { _ = try OutputDirectory(path: path, mayGiveAway: false) }
        guard case .couldNotRun(let problems)? = error else { return }
        #expect(problems.first?.subject.hasPrefix(path) == true)
        #expect(problems.first?.remedy == "name another directory with --output DIR")
    }

    @Test("What the run before wrote is read, absent, or a gap")
    func previous() throws {
        try tree.add("out/a", "1")
        try tree.addDirectory("out/d")
        let directory = try OutputDirectory(path: path, mayGiveAway: false)
        #expect(directory.previous("a").value == [0x31])
        #expect(directory.previous("b") == .absent(why: "no earlier run was written here", from: "\(path)/b"))
        guard case .unseen = directory.previous("d") else {
            Issue.record("a directory is no result of a run before")
            return
        }
    }
}
