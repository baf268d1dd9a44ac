import Cryptography
import LinuxSystem
import Testing

@Suite struct SecretTests {
    static let cheap = Scrypt.Cost(logN: 4, r: 8, p: 1)

    static func secret(_ text: String) -> SecretBytes {
        var bytes = Array(text.utf8)
        return SecretBytes(consuming: &bytes)
    }

    @Test("A hash written down matches its secret, and no other")
    func secretHash() throws {
        let written = try SecretHash(of: Self.secret("correct horse"), cost: Self.cheap).text
        #expect(written.hasPrefix("$scrypt$ln=4,r=8,p=1$"))
        let read = try SecretHash(text: written)
        #expect(read.text == written)
        #expect(try read.matches(Self.secret("correct horse")))
        for other in ["correct hors", "correct horse ", "", "Correct horse"] {
            #expect(try !read.matches(Self.secret(other)), "\(other)")
        }
    }

    @Test("The same secret is never hashed to the same text twice")
    func salt() throws {
        let texts = try (1...3).map { _ in try SecretHash(of: Self.secret("x"), cost: Self.cheap).text }
        #expect(Set(texts).count == 3)
    }

    @Test("The standard cost is what OWASP's equal settings say, and works")
    func standardCost() throws {
        let hash = try SecretHash(of: Self.secret("x"))
        #expect(hash.text.hasPrefix("$scrypt$ln=15,r=8,p=3$"))
        #expect(try hash.matches(Self.secret("x")))
    }

    @Test(
        "A hash that is anything else is refused, and what it says is not repeated",
        arguments: [
            "", "secret", "$scrypt$",
            "$argon2id$ln=4,r=8,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
            "$scrypt$ln=4,r=8$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
            "$scrypt$ln=4,r=8,p=1$c2FsdHNhbHRzYWx0=$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
            "$scrypt$ln=4,r=8,p=1$c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
            "$scrypt$ln=4,r=8,p=1$c2FsdHNhbHRzYWx0$aGFzaA",
            "$scrypt$ln=4,r=8,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g$",
            "$scrypt$ln=30,r=8,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
            "$scrypt$ln=20,r=32,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
            "$scrypt$ln=0,r=8,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
            "$scrypt$ln=65535,r=65535,p=65535$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
            // One byte is missing.
            "$scrypt$ln=4,r=8,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhcw",
            "$scrypt$ln=-4,r=8,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
        ])
    func invalidHashes(text: String) {
        let error = #expect(throws: CryptographyError.self) { try SecretHash(text: text) }
        #expect(error?.description.contains("c2FsdHNhbHRzYWx0") == false)
    }

    @Test("A secret prints as nothing but its length, however it is printed")
    func redaction() throws {
        let secret = Self.secret("hunter2")
        let key = try Ed25519.PrivateKey()
        let raw = key.rawBytes.withBytes { Array($0) }
        var dumped = ""
        dump(secret, to: &dumped)
        dump(key.rawBytes, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\(key)", String(reflecting: key), dumped] {
            #expect(!text.contains("hunter2"))
            #expect(!text.contains(raw.hexadecimal))
            #expect(!text.contains("[\(raw[0]), \(raw[1])"))
        }
    }

    @Test("What is handed over as a secret is overwritten where it stood")
    func consumed() {
        var bytes = Array("hunter2".utf8)
        let secret = SecretBytes(consuming: &bytes)
        #expect(bytes == [UInt8](repeating: 0, count: 7))
        #expect(secret.withBytes { Array($0) } == Array("hunter2".utf8))
    }

    @Test("A new key signs what its public key verifies, and no other's does")
    func newKeys() throws {
        let (first, second) = (try Ed25519.PrivateKey(), try Ed25519.PrivateKey())
        let signature = try first.sign([1, 2, 3])
        #expect(first.publicKey.verifies(signature, of: [1, 2, 3]))
        #expect(!second.publicKey.verifies(signature, of: [1, 2, 3]))
    }

    @Test("A public key is read back from both of its texts, and from nothing else")
    func publicKeyText() throws {
        let key = try Ed25519.PrivateKey().publicKey
        #expect(try Ed25519.PublicKey(text: key.pem) == key)
        #expect(try Ed25519.PublicKey(text: key.rawBytes.hexadecimal + "\n") == key)
        let pem = key.pem
        for text in ["", "ab", pem.uppercased(), String(pem.dropFirst()), pem.replacing("MCow", with: "MCox")] {
            #expect(throws: CryptographyError.self) { try Ed25519.PublicKey(text: text) }
        }
        #expect(throws: CryptographyError.self) { try Ed25519.PrivateKey(rawBytes: Self.secret("short")) }
    }

    @Test("Comparing in constant time says the same as comparing")
    func constantTime() throws {
        #expect(areEqualInConstantTime([], []))
        #expect(areEqualInConstantTime([1, 2], [1, 2]))
        #expect(!areEqualInConstantTime([1, 2], [1, 3]))
        #expect(!areEqualInConstantTime([1, 2], [1, 2, 3]))
        #expect(Set(try (1...4).map { _ in try randomBytes(16) }).count == 4)
    }
}
