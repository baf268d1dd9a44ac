import TestSupport
import Testing

@testable import LinuxSystem

@Suite struct FileCapabilitiesTests {
    @Test(
        "Each version of the attribute is read",
        arguments: [
            // cap_setuid (7) with the effective bit; cap_net_raw (13) without; cap_bpf (39), which stands in the upper word.
            (bytes: [1, 0, 0, 1, 0x80, 0, 0, 0, 0, 0, 0, 0], permitted: [7], effective: true, root: nil),
            ([0, 0, 0, 2, 0, 0x20, 0, 0] + [UInt8](repeating: 0, count: 12), [13], false, nil),
            ([1, 0, 0, 2] + [UInt8](repeating: 0, count: 8) + [0x80, 0, 0, 0, 0, 0, 0, 0], [39], true, nil),
            ([1, 0, 0, 3, 0x80] + [UInt8](repeating: 0, count: 15) + [0xe8, 3, 0, 0], [7], true, 1000),
        ] as [(bytes: [UInt8], permitted: [Int], effective: Bool, root: UInt32?)])
    func versions(bytes: [UInt8], permitted: [Int], effective: Bool, root: UInt32?) throws {
        let capabilities = try #require(FileCapabilities(attribute: bytes))
        #expect(capabilities.numbers == permitted)
        #expect(capabilities.isEffective == effective)
        #expect(capabilities.rootUser == root)
        #expect(capabilities.countOnHost == (root == nil))
    }

    @Test("What is no such attribute gives nothing", arguments: [0, 1, 11, 12, 13, 19, 20, 23, 24, 25])
    func malformed(length: Int) {
        #expect(FileCapabilities(attribute: [UInt8](repeating: 0xff, count: length)) == nil)
        #expect(FileCapabilities(attribute: [0, 0, 0, 4] + [UInt8](repeating: 0, count: length)) == nil)
    }

    @Test("What setcap writes is read back", .enabled(if: FileSystemUser.isRoot))
    func setcap() throws {
        let tree = try TemporaryTree()
        try tree.add("plain", "", .init(mode: 0o755))
        try tree.add("capable", "", .init(mode: 0o755))
        try tree.add("elsewhere", "", .init(mode: 0o755))
        _ = try RunningProgram.output(of: ["/usr/sbin/setcap", "cap_setuid,cap_bpf=ep", "\(tree.path)/capable"])
        _ = try RunningProgram.output(of: [
            "/usr/sbin/setcap", "-n", "100000", "cap_setuid=ep", "\(tree.path)/elsewhere",
        ])
        let directory = try Directory(opening: tree.path)
        let (capable, elsewhere) = (
            directory.fileCapabilities(of: "capable"), directory.fileCapabilities(of: "elsewhere")
        )
        let plain = directory.fileCapabilities(of: "plain")
        #expect(capable?.numbers == [7, 39] && capable?.isEffective == true && capable?.countOnHost == true)
        #expect(elsewhere?.rootUser == 100_000 && elsewhere?.countOnHost == false)
        #expect(plain == nil)
    }
}
