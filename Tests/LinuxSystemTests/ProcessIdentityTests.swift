import TestSupport
import Testing

@testable import LinuxSystem

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

    @Test("A process and its ancestors have the effective users that ps shows, by the handle as by the status file")
    func effectiveUsers() throws {
        // The real user stays root's: it is the effective one that counts.
        let script = "setpriv --euid 4001 --clear-groups sleep 600 & echo ready $!; cat >/dev/null; kill $!"
        let started = try RunningProgram(["sh", "-c", script])
        let handle = try ProcessHandle(opening: try #require(Int32(started.announcement)))
        // Until setpriv(1) has become another user.
        while try RunningProgram.output(of: ["ps", "-o", "comm=", "-p", "\(handle.id)"]) != "sleep\n" {}
        let identity = try ProcessIdentity(of: handle)
        let processes = [(id: identity.id, user: identity.user)] + identity.ancestors.map { (id: $0.id, user: $0.user) }
        for process in processes {
            let shown = try RunningProgram.output(of: ["ps", "-o", "euid=", "-p", "\(process.id)"])
            #expect(UInt32(shown.filter(\.isNumber)) == process.user)
            let directory = try Directory(opening: "/proc/\(process.id)")
            #expect(try ProcessIdentity.user(inStatusOf: directory) == process.user)
        }
        #expect(identity.user == 4001 && identity.ancestors.first?.user == 0)
    }
}
