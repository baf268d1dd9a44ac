import Reporting
import TerminalText
import Testing

import struct FoundationEssentials.Date

@Suite struct TextTests {
    @Test(
        "What could steer a terminal or mislead a reader is shown instead of done",
        arguments: [
            ("sshd: listener", "sshd: listener"),
            ("größe 日本 é", "größe 日本 é"),
            ("a\u{1b}[31mb", #"a\u{1b}[31mb"#),
            ("a\nb\r\tc\u{0}\u{7f}", #"a\u{a}b\u{d}\u{9}c\u{0}\u{7f}"#),
            ("\u{9b}2J", #"\u{9b}2J"#),
            ("user\u{202e}gpj.\u{2066}\u{2069}\u{200f}\u{61c}", #"user\u{202e}gpj.\u{2066}\u{2069}\u{200f}\u{61c}"#),
            ("a\u{200b}b\u{feff}\u{ad}\u{2060}", #"a\u{200b}b\u{feff}\u{ad}\u{2060}"#),
            (
                "\u{2028}\u{2029}\u{e000}\u{e0041}\u{115f}\u{fe0f}",
                #"\u{2028}\u{2029}\u{e000}\u{e0041}\u{115f}\u{fe0f}"#
            ),
            ("\r\n", #"\u{d}\u{a}"#),
            // On a letter a mark is writing, on anything else it makes that look like something else.
            ("e\u{301}\u{323} ग\u{902}", "e\u{301}\u{323} ग\u{902}"),
            ("\u{301}a/\u{301}b '\u{336}\u{301} 1\u{20dd}", #"\u{301}a/\u{301}b '\u{336}\u{301} 1\u{20dd}"#),
            ("", ""),
        ])
    func safety(text: String, shown: String) {
        #expect(terminalSafe(text) == shown)
    }

    @Test(
        "A time is written as RFC 3339 says, in UTC, rounded down",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (1_795_230_245.999, "2026-11-21T03:04:05Z"), (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (1_709_164_800, "2024-02-29T00:00:00Z"), (-62_135_596_800, "0001-01-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"), (.infinity, "9999-12-31T23:59:59Z"),
            (-.infinity, "0000-01-01T00:00:00Z"),
            (.nan, "1970-01-01T00:00:00Z"),
        ] as [(Double, String)])
    func timestamps(seconds: Double, text: String) {
        #expect(Timestamp(Date(timeIntervalSince1970: seconds)).description == text)
    }

    @Test("Every day of four centuries follows the one before it")
    func everyDay() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var (year, month, day) = (1900, 1, 1)
        for offset in 0..<146_097 {
            let date = Date(timeIntervalSince1970: Double(offset - 25_567) * 86_400)
            func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            guard Timestamp(date).day == "\(year)-\(padded(month))-\(padded(day))" else {
                Issue.record("day \(offset): \(Timestamp(date).day), expected \(year)-\(month)-\(day)")
                return
            }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            day += 1
            if day > lengths[month - 1] + (month == 2 && isLeap ? 1 : 0) { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
    }
}
