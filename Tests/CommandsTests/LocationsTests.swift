import TestSupport
import Testing

@testable import Commands

@Suite struct LocationsTests {
    let tree: TemporaryTree

    init() throws { tree = try TemporaryTree() }

    func locations(
        _ variables: [String: String] = [:], executable: String? = nil, user: UInt32 = 1000,
        _ change: (inout GlobalOptions) -> Void = { _ in }
    ) -> Locations {
        var options = GlobalOptions()
        change(&options)
        return Locations(options: options, environment: .test(variables, executable: executable, user: user))
    }

    @Test("A program below a checkout uses the checkout's directories, for root too", arguments: [0, 1000] as [UInt32])
    func checkout(user: UInt32) throws {
        try tree.add("Package.swift", "")
        try tree.add("policies/approved-ports.yaml", "")
        let found = locations(executable: "\(tree.path)/.build/programs/release/bailey", user: user)
        #expect(found.checkout == tree.path)
        #expect(found.policies == "\(tree.path)/policies")
        #expect(found.output == "\(tree.path)/assessments")
    }

    @Test(
        "Half a checkout is none", arguments: ["Package.swift", "policies/approved-ports.yaml"])
    func halfCheckout(file: String) throws {
        try tree.add(file, "")
        #expect(locations(executable: "\(tree.path)/.build/programs/release/bailey").checkout == nil)
    }

    @Test("Root uses the system's directories, whatever its environment says")
    func root() {
        let found = locations(
            ["XDG_CONFIG_HOME": tree.path, "HOME": tree.path], executable: "/usr/bin/bailey", user: 0)
        #expect(found.policies == "/etc/bailey")
        #expect(found.output == "/var/lib/bailey")
        #expect(found.trustedOwners == [0])
    }

    @Test("A user has policies of his own where they are there, else the system's")
    func userPolicies() throws {
        #expect(locations(["XDG_CONFIG_HOME": tree.path]).policies == "/etc/bailey")
        try tree.addDirectory("bailey")
        #expect(locations(["XDG_CONFIG_HOME": tree.path]).policies == "\(tree.path)/bailey")
        try tree.addDirectory(".config/bailey")
        #expect(locations(["HOME": tree.path]).policies == "\(tree.path)/.config/bailey")
    }

    @Test(
        "A user's state is where the XDG specification has it",
        arguments: [
            (["XDG_STATE_HOME": "/x/state", "HOME": "/home/u"], "/x/state/bailey"),
            (["HOME": "/home/u/"], "/home/u/.local/state/bailey"),
            (["XDG_STATE_HOME": "relative", "HOME": "/home/u"], "/home/u/.local/state/bailey"), ([:], nil),
        ] as [([String: String], String?)])
    func userState(variables: [String: String], output: String?) {
        #expect(locations(variables).output == output)
    }

    @Test("Flags win")
    func flags() throws {
        try tree.add("Package.swift", "")
        try tree.add("policies/approved-ports.yaml", "")
        let found = locations(executable: "\(tree.path)/.build/bailey") {
            $0.policies = "/p"
            $0.output = "/o"
        }
        #expect(found.policies == "/p")
        #expect(found.output == "/o")
    }

    @Test(
        "Relative paths start from the working directory",
        arguments: [("a/./b//c/", "/w/a/b/c"), ("/a", "/a"), (".", "/w"), ("../x", "/w/../x"), ("/", "/")])
    func absolutePaths(written: String, absolute: String) {
        #expect(absolutePath(written, in: "/w") == absolute)
    }
}
