import Cryptography
import HostModel
import LinuxSystem
import PrivilegeBroker
import TestSupport
import Testing

@Suite struct OneTimeCodeStoreTests {
    private let ada = UserID(1000)

    private func key(_ digest: HMAC.Digest = .sha1, digits: Int = 6) -> OneTimeCodeKey {
        var bytes = Array((0..<digest.length).map { UInt8($0) })
        return OneTimeCodeKey(key: SecretBytes(consuming: &bytes), digest: digest, codes: OneTimeCodes(digits: digits))
    }

    private func code(_ key: OneTimeCodeKey, _ counter: UInt64) -> [UInt8] {
        key.codes.code(for: counter) { HMAC.authenticate($0, key: key.key, using: key.digest) }
    }

    @Test("A code is taken once, and is still spent after a restart", arguments: HMAC.Digest.allCases)
    func restart(digest: HMAC.Digest) throws {
        let tree = try TemporaryTree()
        let key = key(digest, digits: 8)
        try OneTimeCodeStore(directory: "\(tree.path)/totp").enrol(key, for: ada)
        let present = code(key, 100)
        #expect(try OneTimeCodeStore(directory: "\(tree.path)/totp").check(present, of: ada, at: 3000) == .right)
        #expect(try OneTimeCodeStore(directory: "\(tree.path)/totp").check(present, of: ada, at: 3000) == .wrong)
        let store = OneTimeCodeStore(directory: "\(tree.path)/totp")
        #expect(try store.check(code(key, 99), of: ada, at: 3000) == .wrong)
        #expect(try store.check(code(key, 101), of: ada, at: 3000) == .right)
    }

    @Test("Of a hundred who hand in the same code at once, one is right")
    func race() async throws {
        let tree = try TemporaryTree()
        let store = OneTimeCodeStore(directory: tree.path)
        let key = key()
        try store.enrol(key, for: ada)
        let present = code(key, 100)
        let right = try await withThrowingTaskGroup(of: OneTimeCodeStore.Verdict.self) { group in
            for _ in 0..<100 { group.addTask { try store.check(present, of: ada, at: 3000) } }
            return try await group.reduce(0) { $0 + ($1 == .right ? 1 : 0) }
        }
        #expect(right == 1)
    }

    @Test("Who has no key is not enrolled, whoever else is")
    func absence() throws {
        let tree = try TemporaryTree()
        let store = OneTimeCodeStore(directory: "\(tree.path)/totp")
        #expect(try store.check(Array("123456".utf8), of: ada, at: 3000) == .notEnrolled)
        try store.enrol(key(), for: UserID(1001))
        #expect(try store.check(code(key(), 100), of: ada, at: 3000) == .notEnrolled)
        #expect(try tree.content(of: "totp/1001").hasPrefix("SHA1 6 "))
    }

    @Test("A key that others may read, that is a link to nothing of Bailey's, or that is torn is refused")
    func unfit() throws {
        let tree = try TemporaryTree()
        let store = OneTimeCodeStore(directory: tree.path)
        try store.enrol(key(), for: ada)
        let text = try tree.content(of: "1000")
        let secret = TemporaryTree.Attributes(mode: 0o600)
        try tree.add("1001", text, TemporaryTree.Attributes(mode: 0o640))
        for (user, content) in [
            "", "\n", String(text.dropLast(1)), String(text.dropLast(3)), text + text, text.replacing("-", with: "-1"),
            text.replacing("SHA1", with: "MD5"), text.replacing(" 6 ", with: " 4 "), "SHA1 6 AAAA -\n",
            String(repeating: "A", count: 600),
        ].enumerated() {
            try tree.add("\(2000 + user)", content, secret)
            #expect(throws: OneTimeCodeStoreError.self, "\(content)") {
                try store.check(Array("123456".utf8), of: UserID(UInt32(2000 + user)), at: 3000)
            }
        }
        #expect(throws: OneTimeCodeStoreError.unfit(path: "\(tree.path)/1001")) {
            try store.check(Array("123456".utf8), of: UserID(1001), at: 3000)
        }
    }

    @Test("When the spent code cannot be kept, it does not count")
    func unkept() throws {
        let tree = try TemporaryTree()
        let store = OneTimeCodeStore(directory: tree.path)
        try store.enrol(key(), for: ada)
        // Directories in the way of the temporary files that come next make writing fail, as a full disk does.
        let probe = try AtomicFile(replacing: "\(tree.path)/probe")
        let name = try #require(try tree.names(in: "").first { $0.hasPrefix("probe.") })
        let number = try #require(Int(name.split(separator: ".")[2]))
        for next in number...(number + 2000) { try tree.addDirectory("1000.\(CurrentProcess.id).\(next).partial/x") }
        withExtendedLifetime(probe) {}
        #expect(throws: OneTimeCodeStoreError.self) { try store.check(code(key(), 100), of: ada, at: 3000) }
    }

    @Test("A key that was removed is gone, and what may be told of one tells no secret")
    func removal() throws {
        let tree = try TemporaryTree()
        let store = OneTimeCodeStore(directory: tree.path)
        #expect(try !store.remove(ada))
        try store.enrol(key(.sha256, digits: 8), for: ada)
        let enrolment = try #require(try store.enrolment(of: ada))
        #expect(enrolment.digest == "SHA256" && enrolment.digits == 8)
        #expect(try store.remove(ada))
        #expect(try store.enrolment(of: ada) == nil)
        #expect(try store.check(code(key(), 100), of: ada, at: 3000) == .notEnrolled)
    }

    @Test("While another process has its turn no key is written")
    func turns() throws {
        let tree = try TemporaryTree()
        let lock = try FileLock(path: "\(tree.path)/.lock", patience: .zero)
        #expect(throws: OneTimeCodeStoreError.self) {
            try OneTimeCodeStore(directory: tree.path, patience: .zero).enrol(key(), for: ada)
        }
        #expect(try tree.names() == [".lock"])
        withExtendedLifetime(lock) {}
    }

    @Test("The address for an authenticator app holds the key in base32, and nothing that needs escaping")
    func address() {
        #expect(
            key().enrolmentAddress(account: "ada?secret=x&", host: "web/1")
                == "otpauth://totp/Bailey:adasecretx@web1?secret=AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQT&issuer=Bailey&algorithm=SHA1&digits=6&period=30"
        )
    }

    /// RFC 4648 §10, without the padding.
    @Test("The vectors of RFC 4648 come out, and only they go in")
    func base32() {
        for (plain, text) in [
            ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            #expect(Base32.encode(Array(plain.utf8)) == text)
            #expect(Base32.decode(text) == Array(plain.utf8))
        }
        for text in ["M", "MZ1", "my", "MY======", "MZ"] { #expect(Base32.decode(text) == nil, "\(text)") }
    }
}
