import LinuxSystem
import Policies
import TestSupport
import Testing

@testable import Commands

@Suite struct PolicyFilesTests {
    let tree: TemporaryTree

    init() throws {
        tree = try TemporaryTree()
        try tree.addDirectory("p", .init(mode: 0o755))
    }

    func files(owners: Set<UInt32> = [0, CurrentProcess.effectiveUserID]) -> PolicyFiles {
        PolicyFiles(directory: "\(tree.path)/p", trustedOwners: owners)
    }

    func problem(_ body: () throws -> Void) -> Problem? {
        guard case .couldNotRun(let problems)? = #expect(throws: CommandError.self, performing: body) else {
            return nil
        }
        #expect(problems.count == 1)
        return problems.first
    }

    @Test("A policy that only its owner may write is read", arguments: [0o400, 0o600, 0o644, 0o444] as [UInt16])
    func readable(mode: UInt16) throws {
        try tree.add("p/x.yaml", "a: 1", .init(mode: mode))
        #expect(try files().required("x.yaml").bytes == Array("a: 1".utf8))
    }

    @Test(
        "A policy that others may write is refused, with what to do", .enabled(if: FileSystemUser.isRoot),
        arguments: [
            (0o646, "is writable by everybody (mode 0646)"), (0o666, "is writable by everybody (mode 0666)"),
            (0o664, "is writable by its group, gid 65534 (mode 0664)"),
        ] as [(UInt16, String)])
    func writableByOthers(mode: UInt16, reason: String) throws {
        try tree.add("p/x.yaml", "", .init(mode: mode, group: 65534))
        let problem = problem { _ = try files().required("x.yaml") }
        #expect(problem?.subject == "\(tree.path)/p/x.yaml")
        #expect(problem?.reason == reason)
        #expect(problem?.remedy?.contains("chmod g") == true)
    }

    @Test("A policy in a directory that others may write is refused")
    func directoryWritableByOthers() throws {
        try tree.addDirectory("p", .init(mode: 0o777))
        try tree.add("p/x.yaml", "")
        let problem = problem { _ = try files().required("x.yaml") }
        #expect(problem?.subject == "\(tree.path)/p")
    }

    @Test("The group of root may write", .enabled(if: FileSystemUser.isRoot))
    func rootGroup() throws {
        try tree.add("p/x.yaml", "", .init(mode: 0o664, group: 0))
        #expect(throws: Never.self) { try files().required("x.yaml") }
    }

    @Test("A policy of another user is refused, unless he owns the checkout", .enabled(if: FileSystemUser.isRoot))
    func owner() throws {
        try tree.add("p/x.yaml", "", .init(mode: 0o644, owner: 65534))
        #expect(problem { _ = try files().required("x.yaml") }?.reason.hasPrefix("belongs to nobody") == true)
        #expect(throws: Never.self) { try files(owners: [0, 65534]).required("x.yaml") }
    }

    @Test("What is not a file is refused, without waiting on it")
    func notAFile() throws {
        try tree.addDirectory("p/x.yaml")
        #expect(problem { _ = try files().required("x.yaml") }?.reason == "is not a regular file")
        try tree.addPipe("p/y.yaml")
        #expect(problem { _ = try files().required("y.yaml") }?.reason == "is not a regular file")
    }

    @Test("A policy that is too large is refused")
    func size() throws {
        try tree.add("p/x.yaml", bytes: [UInt8](repeating: 0x20, count: PolicyFiles.sizeLimit + 1))
        #expect(problem { _ = try files().required("x.yaml") }?.reason == "is larger than 1048576 bytes")
    }

    @Test("A policy that is missing is an error where it is needed, and nothing where it is not")
    func missing() throws {
        #expect(problem { _ = try files().required("x.yaml") }?.reason == "is missing")
        #expect(try files().optional("x.yaml") == nil)
        #expect(try files().all(in: "posture").isEmpty)
    }

    @Test("A directory of policies is read by name, and only its YAML files")
    func directory() throws {
        for name in ["b.yaml", "a.yaml", ".hidden.yaml", "README.md", "c.yaml~"] {
            try tree.add("p/posture/\(name)", name)
        }
        #expect(try files().all(in: "posture").map(\.bytes) == ["a.yaml", "b.yaml"].map { Array($0.utf8) })
    }

    @Test("A link to a policy counts as what it leads to")
    func links() throws {
        try tree.add("p/real.yaml", "", .init(mode: 0o666))
        try tree.addLink("p/x.yaml", to: "real.yaml")
        #expect(problem { _ = try files().required("x.yaml") }?.reason.contains("everybody") == true)
        try tree.addLink("p/y.yaml", to: "gone.yaml")
        #expect(problem { _ = try files().required("y.yaml") }?.reason == "is missing")
    }

    @Test("All that is wrong is told at once")
    func allProblems() throws {
        try tree.add("p/approved-ports.yaml", "", .init(mode: 0o666))
        let error = #expect(throws: CommandError.self) { try PolicySet(reading: files()) }
        guard case .couldNotRun(let problems)? = error else { return }
        #expect(
            problems.map(\.subject)
                == ["approved-ports.yaml", "egress-allowlist.yaml", "posture"].map { "\(tree.path)/p/\($0)" })
    }
}
