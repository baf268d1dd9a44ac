import Foundation
import LinuxSystem
import TestSupport
import Testing

@Suite(.enabled(if: FileSystemUser.isRoot, "only root takes another user's rights"))
struct FileRightsTests {
    private static func effectiveCapabilities() -> String? {
        (try? String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8))?
            .split(separator: "\n").first { $0.hasPrefix("CapEff:") }.map { String($0.dropFirst(8)) }
    }

    @Test(
        "On the thread that has another user's rights on files no capability is in effect, and on others each still is")
    func capabilities() throws {
        let before = Self.effectiveCapabilities()
        let user = Execution.Identity(user: 65534, group: 65534, groups: [])
        #expect(try FileRights.run(as: user) { Self.effectiveCapabilities() } == "0000000000000000")
        #expect(before != "0000000000000000" && Self.effectiveCapabilities() == before)
    }
}
