import LinuxSystem
import TestSupport
import Testing

@Suite struct FileLockTests {
    @Test("A lock that is held is not given twice, and is free again when its holder is gone")
    func exclusion() throws {
        let tree = try TemporaryTree()
        let path = "\(tree.path)/lock"
        do {
            let first = try FileLock(path: path, patience: .zero)
            let error = #expect(throws: SystemError.self) { _ = try FileLock(path: path, patience: .milliseconds(50)) }
            #expect(error?.code == .wouldBlock)
            _ = consume first
        }
        #expect(throws: Never.self) { _ = try FileLock(path: path, patience: .zero) }
    }

    @Test("A lock file that is a link is not followed")
    func link() throws {
        let tree = try TemporaryTree()
        try tree.addLink("lock", to: "target")
        #expect(throws: SystemError.self) { _ = try FileLock(path: "\(tree.path)/lock", patience: .zero) }
        #expect(try tree.names() == ["lock"])
    }
}
