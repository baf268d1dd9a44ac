import Cryptography
import LinuxSystem
import Testing

/// What the standards themselves say the answers are.
@Suite struct PublishedVectorTests {
    static func bytes(_ hexadecimal: String) throws -> [UInt8] {
        try #require([UInt8](hexadecimal: Array(hexadecimal.utf8)))
    }

    static func secret(_ bytes: [UInt8]) -> SecretBytes {
        var bytes = bytes
        return SecretBytes(consuming: &bytes)
    }

    @Test(
        "SHA-256 gives what FIPS 180-4's examples say, in one call and in pieces",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                String(repeating: "a", count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ])
    func sha256(message: String, digest: String) throws {
        let message = Array(message.utf8)
        #expect(SHA256.hash(message).hexadecimal == digest)
        let stream = SHA256Stream()
        let isOther = stream.finish(is: ArraySlice(String(digest.reversed()).utf8))
        #expect(!isOther)
        for _ in 1...2 {
            stream.update(message[..<(message.count / 3)])
            stream.update(message[(message.count / 3)...])
            let isSame = stream.finish(is: ArraySlice(digest.utf8))
            #expect(isSame)
        }
    }

    @Test(
        "Ed25519 gives the keys and signatures of RFC 8032 §7.1",
        arguments: [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
            ),
        ])
    func ed25519(secret: String, publicKey: String, message: String, signature: String) throws {
        let key = try Ed25519.PrivateKey(rawBytes: Self.secret(try Self.bytes(secret)))
        let message = try Self.bytes(message)
        #expect(key.publicKey.rawBytes.hexadecimal == publicKey)
        let made = try key.sign(message)
        #expect(made.hexadecimal == signature)
        #expect(key.publicKey.verifies(made, of: message))
        #expect(!key.publicKey.verifies(made, of: message + [0]))
        for index in [0, 31, 32, 63] {
            var other = made
            other[index] ^= 1
            #expect(!key.publicKey.verifies(other, of: message), "bit of byte \(index)")
        }
        #expect(!key.publicKey.verifies(Array(made.dropLast()), of: message))
    }

    @Test(
        "HMAC gives the codes of RFC 2202 and RFC 4231",
        arguments: [
            (
                [UInt8](repeating: 0x0b, count: 20), "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
        ])
    func hmac(key: [UInt8], message: String, sha1: String, sha256: String) {
        let message = Array(message.utf8)
        #expect(HMAC.authenticate(message, key: Self.secret(key), using: .sha1).hexadecimal == sha1)
        #expect(HMAC.authenticate(message, key: Self.secret(key), using: .sha256).hexadecimal == sha256)
    }

    @Test("HMAC takes keys longer than a block, and the empty one")
    func hmacKeyLengths() {
        let message = Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
        let long = { Self.secret([UInt8](repeating: 0xaa, count: $0)) }
        #expect(
            HMAC.authenticate(message, key: long(80), using: .sha1).hexadecimal
                == "aa4ae5e15272d00e95705637ce8a3b55ed402112")
        #expect(
            HMAC.authenticate(message, key: long(131), using: .sha256).hexadecimal
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
        #expect(
            HMAC.authenticate([], key: Self.secret([]), using: .sha256).hexadecimal
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    @Test(
        "scrypt gives the keys of RFC 7914 §12",
        arguments: [
            (
                "", "", Scrypt.Cost(logN: 4, r: 1, p: 1),
                "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
            ),
            (
                "password", "NaCl", Scrypt.Cost(logN: 10, r: 8, p: 16),
                "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
            ),
            (
                "pleaseletmein", "SodiumChloride", Scrypt.Cost(logN: 14, r: 8, p: 1),
                "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
            ),
        ])
    func scrypt(password: String, salt: String, cost: Scrypt.Cost, key: String) throws {
        let made = try Scrypt.derive(Self.secret(Array(password.utf8)), salt: Array(salt.utf8), cost: cost, count: 64)
        #expect(made.hexadecimal == key)
    }
}
