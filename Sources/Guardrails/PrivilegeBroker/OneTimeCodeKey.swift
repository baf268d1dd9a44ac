package import Cryptography
package import LinuxSystem

/// What a person's authenticator app and this host share.
package struct OneTimeCodeKey: Sendable {
    package var key: SecretBytes
    package var digest: HMAC.Digest
    package var codes: OneTimeCodes

    /// A new key of as many bytes as the digest has (RFC 4226 §4, R6; RFC 6238 §5.1).
    package init(digest: HMAC.Digest = .sha1, digits: Int = 6) throws(CryptographyError) {
        self.init(key: try SecretBytes(randomCount: digest.length), digest: digest, codes: OneTimeCodes(digits: digits))
    }

    package init(key: SecretBytes, digest: HMAC.Digest, codes: OneTimeCodes) {
        self.key = key
        self.digest = digest
        self.codes = codes
    }

    /// The counter of the code that `text` is at this time (seconds since the epoch); nil when it is wrong or spent.
    package func counter(for text: [UInt8], at unixTime: Int64) -> UInt64? {
        codes.counter(for: text, at: unixTime) { HMAC.authenticate($0, key: key, using: digest) }
    }

    /// What a QR code for authenticator apps holds. It is the key itself.
    ///
    /// `account` and `host` are letters, digits, `-`, `_` and `.`; anything else is left out, so that it needs no escaping.
    package func enrolmentAddress(account: String, host: String) -> String {
        func plain(_ text: String) -> String {
            text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        }
        let secret = key.withBytes { Base32.encode(Array($0)) }
        return "otpauth://totp/Bailey:\(plain(account))@\(plain(host))?secret=\(secret)&issuer=Bailey"
            + "&algorithm=\(digest.rawValue)&digits=\(codes.digits)&period=\(OneTimeCodes.period)"
    }
}

extension OneTimeCodeKey {
    /// One line: digest, digits, key in base32, counter of the newest code that was taken or `-`.
    var text: String {
        let secret = key.withBytes { Base32.encode(Array($0)) }
        return "\(digest.rawValue) \(codes.digits) \(secret) \(codes.lastCounter.map(String.init) ?? "-")\n"
    }

    /// Nil for anything but what `text` writes.
    init?(text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[3].last == "\n", let digest = HMAC.Digest(rawValue: String(parts[0])),
            let digits = Int(parts[1]), (6...8).contains(digits), var bytes = Base32.decode(String(parts[2])),
            (16...64).contains(bytes.count)
        else { return nil }
        let counter = parts[3].dropLast()
        let lastCounter = UInt64(counter)
        guard counter == "-" || lastCounter != nil else { return nil }
        self.init(
            key: SecretBytes(consuming: &bytes), digest: digest,
            codes: OneTimeCodes(digits: digits, lastCounter: lastCounter))
    }
}
