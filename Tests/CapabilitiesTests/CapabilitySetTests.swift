import Capabilities
import LinuxSystem
import Testing

@Suite struct CapabilitySetTests {
    @Test(
        "A capability has one name, in any case, with or without its prefix",
        arguments: ["net_bind_service", "CAP_NET_BIND_SERVICE", "Cap_net_Bind_service"])
    func name(_ name: String) throws {
        let set = try CapabilitySet(names: [name])
        #expect(set.bits == 1 << 10)
        #expect(set.names == ["cap_net_bind_service"])
    }

    @Test(
        "What is no name of a capability is refused",
        arguments: ["", "cap_", "10", "cap_10", "all", "net_bind_service\0", "cap_net bind", "none", "ünknown"])
    func unknown(_ name: String) {
        #expect(throws: CapabilitySet.UnknownName.self) { try CapabilitySet(names: [name]) }
    }

    @Test("All of the kernel's capabilities have names that lead back to them")
    func roundTrip() throws {
        let all = CapabilitySet.all
        #expect(all.names.count == all.bits.nonzeroBitCount)
        #expect(try CapabilitySet(names: all.names.filter { $0.dropFirst(4).contains { $0.isLetter } }).bits != 0)
    }

    @Test("What libcap reads of this process is what the kernel shows")
    func ownSets() throws {
        let found = try ProcessCapabilities.read()
        let lines = try FileTree().lines(of: "/proc/self/status")
        for (name, set) in [
            ("CapInh", found.inheritable), ("CapPrm", found.permitted), ("CapEff", found.effective),
            ("CapBnd", found.bounding), ("CapAmb", found.ambient),
        ] {
            let line = try #require(lines.first { $0.hasPrefix("\(name):") })
            #expect(UInt64(line.dropFirst(8), radix: 16) == set.bits, "\(name)")
        }
    }
}
