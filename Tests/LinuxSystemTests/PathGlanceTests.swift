import LinuxSystem
import TestSupport
import Testing

/// Whether two looks tell what happened between them.
@Suite struct PathGlanceTests {
    /// What was changed a moment ago is not glanced at: this waits until it is.
    private func settled(_ watched: WatchedPaths) throws -> PathGlance {
        let limit = ContinuousClock.now + .patience
        while ContinuousClock.now < limit {
            if let glance = watched.glance() { return glance }
        }
        throw ProgramFailure(text: "it never settles")
    }

    @Test("Two looks at what nobody touched are equal, and a file that is not there is something to see too")
    func untouched() throws {
        let tree = try TemporaryTree()
        try tree.add("etc/policy", "one")
        let watched = WatchedPaths(["\(tree.path)/etc/policy", "\(tree.path)/etc/none"])
        #expect(try settled(watched) == settled(watched))
    }

    @Test(
        "What changes a file, its mode, or a directory on the way to it changes the look",
        arguments: [
            "echo two > etc/policy", "chmod 640 etc/policy", "chmod 700 etc", "touch etc/none", "rm etc/policy",
            "cp -p etc/policy etc/new; mv etc/new etc/policy", "mv etc old; mkdir etc; mv old/policy etc",
            "touch -r etc/policy r; echo two > etc/policy; touch -r r etc/policy",
        ])
    func touched(change: String) throws {
        let tree = try TemporaryTree()
        try tree.add("etc/policy", "one")
        let watched = WatchedPaths(["\(tree.path)/etc/policy", "\(tree.path)/etc/none"])
        let before = try settled(watched)
        _ = try RunningProgram.output(of: ["sh", "-c", "cd \(tree.path); \(change)"])
        #expect(watched.glance() != before)
        #expect(try settled(watched) != before)
    }

    @Test("A link on the way, a change of a moment ago and a path that leads up are not to be told by a look")
    func indecisive() throws {
        let tree = try TemporaryTree()
        try tree.add("etc/policy", "one")
        try tree.addLink("link", to: "etc")
        #expect(WatchedPaths(["\(tree.path)/etc/policy"]).glance() == nil, "it was made just now")
        _ = try settled(WatchedPaths(["\(tree.path)/etc/policy"]))
        #expect(WatchedPaths(["\(tree.path)/link/policy"]).glance() == nil)
        #expect(WatchedPaths(["\(tree.path)/etc/../etc/policy"]).glance() == nil)
        #expect(WatchedPaths(["policy"]).glance() == nil)
    }
}
