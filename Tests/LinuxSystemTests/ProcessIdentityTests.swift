import LinuxSystem
import TestSupport
import Testing

struct ProcessIdentityTests {
    @Test("A program that is named to look like fields of its status is read by its own (CVE-2017-1000367)")
    func hostileName() throws {
        let tree = try TemporaryTree()
        let name = ") S 1 34816 1 34"
        let program = "\(tree.path)/\(name)"
        _ = try RunningProgram.output(of: ["cp", "/usr/bin/sleep", program])
        let started = try RunningProgram(["sh", "-c", "\"$1\" 600 & echo ready $!; cat; kill $!", "sh", program])
        let id = try #require(Int32(started.announcement))
        let identity = try ProcessIdentity(of: try ProcessHandle(opening: id))
        let own = try ProcessIdentity(of: try ProcessHandle(opening: started.id))
        #expect(identity.terminal == own.terminal && identity.session == own.session)
        #expect(identity.ancestors.first?.id == own.id, "its parent is the shell")
    }
}
