import LinuxSystem
import TestSupport
import Testing

@testable import APIAccess

@Suite struct APITokenFileTests {
    let tree: TemporaryTree
    let file: APITokenFile
    let ann: APIToken.Name

    init() throws {
        tree = try TemporaryTree()
        file = APITokenFile(in: tree.path)
        ann = try #require(APIToken.Name("ann"))
    }

    private func create(
        _ name: APIToken.Name? = nil, _ scopes: Set<APIScope> = [.alertsRead], expiresAt: Int64? = nil
    ) throws -> [UInt8] {
        try file.create(name ?? ann, holder: .person, scopes: scopes, now: 100, expiresAt: expiresAt).withBytes {
            Array($0)
        }
    }

    @Test("A token opens until it is revoked, and what a running server has read before is not what counts")
    func life() throws {
        let register = TokenRegister(file)
        #expect(try register.tokens().isEmpty)
        let text = try create(nil, [.alertsRead, .casesWrite])
        let found = try #require(try register.token(of: text, now: 200))
        #expect(found.name == ann && found.scopes == [.alertsRead, .casesWrite] && found.createdAt == 100)
        #expect(try register.token(of: text.dropLast(), now: 200) == nil)
        #expect(try register.token(of: text + [0x20], now: 200) == nil)
        #expect(try register.token(of: [], now: 200) == nil)
        try file.revoke(ann)
        #expect(try register.token(of: text, now: 200) == nil)
        #expect(throws: APIAccessError.unknown(ann)) { try file.revoke(ann) }
    }

    @Test("Neither the token nor a part of it is in the file, which is its owner's alone")
    func secrecy() throws {
        let text = String(decoding: try create(), as: UTF8.self)
        let kept = try tree.content(of: APITokenFile.name)
        #expect(text.hasPrefix("bailey_") && text.utf8.count == 71)
        #expect(!kept.contains(text.dropFirst(7).prefix(16)))
        #expect(try FileTree().metadata(of: file.path).permissions == 0o600)
    }

    @Test("A token ends when it was to end")
    func expiry() throws {
        let text = try create(expiresAt: 500)
        let register = TokenRegister(file)
        #expect(try register.token(of: text, now: 499) != nil)
        #expect(try register.token(of: text, now: 500) == nil)
    }

    @Test("A file that others may read, or that is broken, lets nobody in")
    func unfit() throws {
        let text = try create()
        let register = TokenRegister(file)
        #expect(try register.token(of: text, now: 200) != nil)
        let kept = try tree.content(of: APITokenFile.name)
        try tree.add(APITokenFile.name, kept, .init(mode: 0o644))
        #expect(throws: APIAccessError.self) { try register.token(of: text, now: 200) }
        for broken in [
            "", "{}", "{\"schema\":1,\"tokens\":[{}]}", "{\"schema\":2,\"tokens\":[]}",
            kept.replacing("alerts:read", with: "alerts:all"),
        ] {
            try tree.add(APITokenFile.name, broken, .init(mode: 0o600))
            #expect(throws: APIAccessError.self, "\(broken)") { try register.token(of: text, now: 200) }
        }
        try tree.add(APITokenFile.name, kept, .init(mode: 0o600))
        #expect(try register.token(of: text, now: 200) != nil)
    }

    @Test("A name is there once, and a chosen token that stands in examples or can be guessed is refused")
    func refusals() throws {
        _ = try create()
        #expect(throws: APIAccessError.exists(ann)) { try create() }
        for text in [
            "short", "changeme-changeme-changeme-changeme-changeme", String(repeating: "ab", count: 40),
            "your-token-here-1234567890abcdefghijklmnopqr", "with blanks in it, however long it may ever be written",
        ] {
            #expect(throws: APIAccessError.self, "\(text)") {
                try file.create(
                    #require(APIToken.Name("bob")), holder: .program, scopes: [.alertsWrite],
                    secret: SecretBytes(Array(text.utf8)), now: 1)
            }
        }
        #expect(try file.tokens().map(\.name) == [ann])
        #expect(
            APIToken.Name("") == nil && APIToken.Name("-a") == nil && APIToken.Name("a b") == nil
                && APIToken.Name("a\n") == nil)
    }

    @Test("Many at once make tokens, and none is lost")
    func concurrently() throws {
        let file = file
        let threads = try (0..<8).map { number in
            Joined(
                thread: try OwnThread {
                    guard let name = APIToken.Name("t\(number)") else { return false }
                    return (try? file.create(name, holder: .program, scopes: [.alertsWrite], now: 1)) != nil
                })
        }
        for thread in threads { #expect(thread.join()) }
        #expect(try file.tokens().count == 8)
    }
}

private final class Joined {
    private var thread: OwnThread<Bool>?
    init(thread: consuming OwnThread<Bool>) { self.thread = consume thread }
    func join() -> Bool { thread.take()?.join() ?? false }
}
