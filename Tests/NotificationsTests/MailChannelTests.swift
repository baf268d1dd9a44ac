import Foundation
import TestSupport
import Testing
import Triage

@testable import Notifications

@Suite(.enabled(if: Receiver.environmentPython != nil, "no Python environment with aiosmtpd (BAILEY_TEST_VENV)"))
struct MailChannelTests {
    @Test(
        "A mail has the headers it was given and no other, both parts read back whole, and HTML has no markup of an alert's"
    )
    func mail() throws {
        let tree = try TemporaryTree()
        let receiver = try Receiver(environment: "mail_receiver.py")
        let channel = try Samples.channel(
            "kind: email, host: 127.0.0.1, port: \(receiver.address), security: none, from: bailey@example.org, to: [a@example.org, b@example.org]"
        )
        #expect(Samples.failure(channel, Samples.hostileMessage) == nil)
        let seen = try #require(try receiver.received("messages").first)
        #expect(seen["to"] as? [String] == ["a@example.org", "b@example.org"])
        let encoded = try #require(seen["message"] as? String)
        let bytes = try #require(Data(base64Encoded: encoded))
        try tree.add("mail", bytes: [UInt8](bytes))
        // Python's own reader of mails.
        let read = """
            import email, email.policy, json, sys
            mail = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)
            assert not mail.defects and all(len(line) <= 998 for line in open(sys.argv[1], 'rb').read().split(b'\\r\\n'))
            print(json.dumps({'names': mail.keys(), 'subject': str(mail['subject']), 'date': mail['date'].datetime.isoformat(),
                'text': mail.get_body(('plain',)).get_content(), 'html': mail.get_body(('html',)).get_content()}))
            """
        let output = try RunningProgram.output(of: ["python3", "-c", read, "\(tree.path)/mail"])
        let mail = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        #expect(
            mail["names"] as? [String] == [
                "Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "X-Bailey-Key", "MIME-Version",
                "Content-Type",
            ])
        #expect(mail["subject"] as? String == Samples.hostileMessage.headline)
        #expect(mail["date"] as? String == "2026-03-01T08:00:00+00:00")
        #expect(mail["text"] as? String == Samples.hostileMessage.text)
        let html = try #require(mail["html"] as? String)
        #expect(!html.contains("<script") && !html.contains("<!channel") && html.contains("&lt;script&gt;"))
    }

    @Test("HTML of mails has no sign of an alert's that means something there, whatever is joined to it")
    func markedSigns() {
        let escaped = MailText.escaped("<\u{301}script>\u{200d} \u{600}\"&\u{fe0f}'\u{301}")
        #expect(escaped.unicodeScalars.allSatisfy { !"<>\"'".unicodeScalars.contains($0) })
        let expected = "&lt;\u{301}script&gt;\u{200d} \u{600}&quot;&amp;\u{fe0f}&#39;\u{301}"
        #expect(escaped.unicodeScalars.elementsEqual(expected.unicodeScalars))
    }

    @Test("Every day of the week is named in a mail's date as it is")
    func dates() {
        #expect(MailText.date(EventTime(milliseconds: 0)) == "Thu, 01 Jan 1970 00:00:00 +0000")
        #expect(MailText.date(EventTime(milliseconds: 1_772_352_000_000)) == "Sun, 01 Mar 2026 08:00:00 +0000")
        #expect(MailText.date(EventTime(milliseconds: 1_709_164_799_000)) == "Wed, 28 Feb 2024 23:59:59 +0000")
    }

    @Test("A subject of any length is encoded words of at most 75 characters each")
    func subjects() {
        let words = MailText.encoded(String(repeating: "ü😀", count: 200)).components(separatedBy: "\r\n ")
        #expect(words.count > 10 && words.allSatisfy { $0.utf8.count <= 75 && $0.hasPrefix("=?utf-8?B?") })
    }
}
