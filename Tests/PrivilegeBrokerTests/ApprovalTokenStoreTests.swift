import Cryptography
import LinuxSystem
import PrivilegeBroker
import TestSupport
import Testing

@Suite struct ApprovalTokenStoreTests {
    private let tree: TemporaryTree
    private let store: ApprovalTokenStore
    private let secret = SecretBytes("correct horse battery".utf8)

    init() throws {
        tree = try TemporaryTree()
        // The cost of a test; that of the real ones is looked at below.
        store = ApprovalTokenStore(directory: "\(tree.path)/tokens", cost: Scrypt.Cost(logN: 4, r: 8, p: 1))
    }

    @Test("Only the token that was set is right, of its own name, and after a restart")
    func check() throws {
        #expect(try store.check(secret) == .notSet)
        try store.set(secret)
        let again = ApprovalTokenStore(directory: "\(tree.path)/tokens")
        #expect(try again.check(secret) == .right)
        for wrong in ["", "correct horse batterY", "correct horse battery\n", "correct horse batter"] {
            #expect(try again.check(SecretBytes(wrong.utf8)) == .wrong, "\(wrong)")
        }
        #expect(try again.check(secret, of: try #require(ApprovalTokenStore.Name("other"))) == .notSet)
    }

    @Test("What is kept is a salted hash that root alone can read, at 2^15 or more, and never the token")
    func file() throws {
        try ApprovalTokenStore(directory: "\(tree.path)/tokens").set(secret)
        let first = try tree.content(of: "tokens/approval")
        #expect(first.hasPrefix("$scrypt$ln=15,r=8,p="))
        #expect(!first.contains("horse"))
        #expect(try FileTree().metadata(of: "\(tree.path)/tokens/approval").permissions == 0o600)
        #expect(try FileTree().metadata(of: "\(tree.path)/tokens").permissions == 0o700)
        try ApprovalTokenStore(directory: "\(tree.path)/tokens").set(secret)
        #expect(try tree.content(of: "tokens/approval") != first)
    }

    @Test("A token that is replaced or removed is right no more")
    func replacing() throws {
        try store.set(secret)
        try store.set(SecretBytes("another long secret".utf8))
        #expect(try store.check(secret) == .wrong)
        #expect(try store.whenSet() != nil)
        #expect(try store.remove())
        #expect(try store.check(secret) == .notSet)
        #expect(try store.whenSet() == nil)
        #expect(try !store.remove())
    }

    @Test(
        "What could be guessed or not be typed is no token",
        arguments: [
            "", "eleven char", "ééééééééééé", "aaaaaaaaaaaaaaaa", "tab\tin the middle",
            String(repeating: "abcd", count: 129),
        ])
    func unsuitable(text: String) throws {
        let error = #expect(throws: ApprovalTokenError.self) { try store.set(SecretBytes(text.utf8)) }
        if case .unsuitable = error {} else { Issue.record("\(String(describing: error))") }
        #expect(try store.check(SecretBytes(text.utf8)) == .notSet)
    }

    @Test(
        "A hash that others may read or write, or that is torn, costly beyond bounds or no hash is an error, never an answer"
    )
    func unfit() throws {
        try store.set(secret)
        let text = try tree.content(of: "tokens/approval")
        let broken = [
            "", "\n", String(text.dropLast()), String(text.dropLast(2)) + "\n", text + text,
            text.replacing("ln=4", with: "ln=31"), "correct horse battery\n",
        ]
        for content in broken {
            try tree.add("tokens/approval", content, TemporaryTree.Attributes(mode: 0o600))
            #expect(throws: ApprovalTokenError.unfit(path: "\(tree.path)/tokens/approval"), "\(content)") {
                try store.check(secret)
            }
        }
        try tree.add("tokens/approval", text, TemporaryTree.Attributes(mode: 0o640))
        #expect(throws: ApprovalTokenError.unfit(path: "\(tree.path)/tokens/approval")) { try store.check(secret) }
    }

    @Test(
        "No name leads out of the directory",
        arguments: ["", "..", "a/b", ".lock", "-x", "a b", String(repeating: "a", count: 65)])
    func names(text: String) { #expect(ApprovalTokenStore.Name(text) == nil) }
}
