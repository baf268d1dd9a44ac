import LinuxSystem
import Testing

@Suite struct SecretBytesTests {
    @Test("A secret tells nobody what it is, not even how long")
    func silence() {
        let secret = SecretBytes("hunter2".utf8)
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped] {
            #expect(!text.contains("hunter2") && !text.contains("104") && !text.contains("7"), "\(text)")
        }
        #expect(!(secret is any Encodable))
    }

    @Test("Secrets are the same when all their bytes are", arguments: [("a", "b"), ("a", "ab"), ("", "a")])
    func equality(left: String, right: String) {
        #expect(SecretBytes(left.utf8) == SecretBytes(left.utf8))
        #expect(SecretBytes(left.utf8) != SecretBytes(right.utf8))
    }

    @Test(
        "What is handed over as a secret is overwritten where it stood, and lent as it was",
        arguments: [0, 1, 4096, 5000])
    func consumed(count: Int) {
        let original = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        var bytes = original
        let secret = SecretBytes(consuming: &bytes)
        #expect(bytes.allSatisfy { $0 == 0 })
        #expect(secret.count == count && secret.withBytes { Array($0) } == original)
    }

    private struct Refused: Error {}

    @Test("A secret whose bytes cannot be had is none")
    func failure() {
        #expect(throws: Refused.self) { try SecretBytes(count: 8) { _ throws(Refused) in throw Refused() } }
    }

    /// proc_pid_smaps(5): `dd` is "do not include area into core dump", `lo` is locked.
    @Test("A secret is in pages of its own that no core dump has")
    func pages() throws {
        let secret = SecretBytes([UInt8](repeating: 0xa5, count: 100))
        let address = secret.withBytes { UInt(bitPattern: $0.baseAddress) }
        let lines = String(decoding: try FileTree().contents(of: "/proc/self/smaps", limit: 32 << 20), as: UTF8.self)
            .split(separator: "\n")
        let header = try #require(
            lines.firstIndex { line in
                let ends = line.prefix { $0 != " " }.split(separator: "-").compactMap { UInt($0, radix: 16) }
                return ends.count == 2 && (ends[0]..<ends[1]).contains(address)
            })
        let flags = try #require(lines[header...].first { $0.hasPrefix("VmFlags:") }).split(separator: " ")
        #expect(flags.contains("dd"))
        withExtendedLifetime(secret) {}
    }
}
