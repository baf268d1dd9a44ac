import Foundation
import PrivilegeBroker
import TestSupport
import Testing

@Suite struct OneTimeCodeTests {
    /// HMAC by the openssl program: another implementation than the one that ships.
    private func hmac(_ digest: String, key: String) -> ([UInt8]) -> [UInt8] {
        { message in
            let text = message.map { String(format: "\\%03o", $0) }.joined()
            let command = "printf '\(text)' | openssl dgst -\(digest) -mac HMAC -macopt key:\(key) -r | cut -d' ' -f1"
            guard let output = try? RunningProgram.output(of: ["sh", "-c", command]) else { return [] }
            let digits = Array(output.utf8.dropLast())
            return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16)
            }
        }
    }

    /// RFC 6238, appendix B.
    @Test(
        "The vectors of RFC 6238 come out",
        arguments: [
            (59, "94287082", "46119246"), (1_111_111_109, "07081804", "68084774"),
            (1_111_111_111, "14050471", "67062674"), (1_234_567_890, "89005924", "91819424"),
            (2_000_000_000, "69279037", "90698825"), (20_000_000_000, "65353130", "77737706"),
        ])
    func vectors(time: Int64, sha1: String, sha256: String) {
        let codes = OneTimeCodes(digits: 8)
        let counter = UInt64(time / 30)
        let short = hmac("sha1", key: "12345678901234567890")
        let long = hmac("sha256", key: "12345678901234567890123456789012")
        #expect(String(decoding: codes.code(for: counter, authenticate: short), as: UTF8.self) == sha1)
        #expect(String(decoding: codes.code(for: counter, authenticate: long), as: UTF8.self) == sha256)
        #expect(codes.counter(for: sha256.utf8, at: time, authenticate: long) == counter)
    }

    /// A keyed digest that is none, but tells counters apart.
    private func plain(_ message: [UInt8]) -> [UInt8] { Array(repeating: 0, count: 11) + message + [15] }

    @Test("A code is taken one period early and one late, and no other")
    func drift() {
        let codes = OneTimeCodes()
        let text = codes.code(for: 100, authenticate: plain)
        let accepted = (0...300).filter { codes.counter(for: text, at: Int64($0) * 30, authenticate: plain) != nil }
        #expect(accepted == [99, 100, 101])
        #expect(codes.counter(for: codes.code(for: 0, authenticate: plain), at: 0, authenticate: plain) == 0)
    }

    @Test("Each code is taken once, and with it every earlier one is spent, even when the clock is set back")
    func once() {
        var codes = OneTimeCodes()
        let present = codes.code(for: 100, authenticate: plain)
        let earlier = codes.code(for: 99, authenticate: plain)
        codes.lastCounter = codes.counter(for: present, at: 3000, authenticate: plain)
        #expect(codes.lastCounter == 100)
        #expect(codes.counter(for: present, at: 3000, authenticate: plain) == nil)
        #expect(codes.counter(for: earlier, at: 3000, authenticate: plain) == nil)
        #expect(codes.counter(for: earlier, at: 2970, authenticate: plain) == nil)
        let next = codes.code(for: 101, authenticate: plain)
        #expect(codes.counter(for: next, at: 3000, authenticate: plain) == 101)
    }

    @Test("What is no code of six digits is wrong", arguments: ["", "12345", "1234567", "      ", "-00100"])
    func malformed(text: String) {
        #expect(OneTimeCodes().counter(for: text.utf8, at: 3000, authenticate: plain) == nil)
    }

    @Test("A keyed digest that failed, or a clock before 1970, makes every code wrong")
    func faults() {
        let codes = OneTimeCodes()
        for text in ["000000", ""] { #expect(codes.counter(for: text.utf8, at: 3000) { _ in [] } == nil) }
        let first = codes.code(for: 0, authenticate: plain)
        #expect(codes.counter(for: first, at: -1, authenticate: plain) == nil)
    }
}
