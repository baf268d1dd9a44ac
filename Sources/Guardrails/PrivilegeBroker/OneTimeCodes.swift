/// One-time codes by the time (RFC 6238 over RFC 4226): what an authenticator app shows.
///
/// A code is taken from 30 seconds before its time to 30 seconds after, and once: with it every earlier one is spent, so the counter of
/// the last one has to be kept where a restart finds it, before the code counts.
package struct OneTimeCodes: Sendable, Hashable {
    /// Seconds a code lives (RFC 6238 §5.2 recommends 30).
    package static let period: Int64 = 30

    package var digits: Int
    /// The counter of the newest code that was taken; nil: none yet.
    package var lastCounter: UInt64?

    /// Codes have 6 to 8 digits (RFC 4226 §5.3).
    package init(digits: Int = 6, lastCounter: UInt64? = nil) {
        self.digits = min(max(digits, 6), 8)
        self.lastCounter = lastCounter
    }

    /// The counter of the code that `text` is at this time; nil when it is wrong or spent. The caller keeps it as `lastCounter` before
    /// anything is done.
    ///
    /// `authenticate` is HMAC with the shared key. `unixTime` is in seconds.
    package func counter(
        for text: some Collection<UInt8>, at unixTime: Int64, authenticate: ([UInt8]) -> [UInt8]
    ) -> UInt64? {
        guard text.count == digits, unixTime >= 0 else { return nil }
        let present = UInt64(unixTime / Self.period)
        var found: UInt64?
        // All three are computed and compared whole: the time taken says nothing of which was right.
        for counter in [present &- 1, present, present + 1] {
            let code = code(for: counter, authenticate: authenticate)
            let difference = zip(code, text).reduce(0) { $0 | ($1.0 ^ $1.1) }
            // A keyed digest that failed makes no code, which nothing equals.
            let isEqual = code.count == digits && difference == 0
            let isUnspent = counter <= present + 1 && lastCounter.map { counter > $0 } ?? true
            if isEqual, isUnspent, found == nil { found = counter }
        }
        return found
    }

    /// The code of one counter, as ASCII digits (RFC 4226 §5.3).
    package func code(for counter: UInt64, authenticate: ([UInt8]) -> [UInt8]) -> [UInt8] {
        let digest = authenticate((0..<8).map { UInt8(truncatingIfNeeded: counter >> UInt64(56 - 8 * $0)) })
        guard let last = digest.last, digest.count >= 20 else { return [] }
        let offset = Int(last & 15)
        let number = digest[offset..<(offset + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
        let text = Array(String(number).utf8)
        return Array((Array(repeating: UInt8(ascii: "0"), count: digits) + text).suffix(digits))
    }
}
