import LinuxSystem
import Testing

@Suite struct PrivateGroupTests {
    @Test("The group of root's own name is root's alone; a group of another name, or of nobody, is not private")
    func groups() {
        #expect(PrivateGroup.belongs(0, to: 0))
        #expect(!PrivateGroup.belongs(65534, to: 65534), "nobody's group is nogroup")
        #expect(!PrivateGroup.belongs(4_000_000_000, to: 0))
        #expect(!PrivateGroup.belongs(0, to: 4_000_000_000))
    }
}
