import Foundation
import HTTPClient
import LinuxSystem
import TestSupport
import Testing

@Suite(.enabled(if: Receiver.environmentPython != nil, "no Python environment with aiosmtpd (BAILEY_TEST_VENV)"))
struct MailTests {
    static let message = "From: a@example.org\r\nSubject: x\r\n\r\n.a line with a dot\r\n.\r\nend\r\n"

    private func receiver(_ arguments: [String] = []) throws -> Receiver {
        try Receiver("mail_receiver.py", arguments, python: try #require(Receiver.environmentPython))
    }

    private func mail(to receiver: Receiver, _ security: OutgoingMail.Security = .none) throws -> OutgoingMail {
        OutgoingMail(
            host: "127.0.0.1", port: try #require(Int(receiver.address)), security: security, sender: "a@example.org",
            recipients: ["b@example.org", "c@example.org"], message: Array(Self.message.utf8))
    }

    private func failure(_ mail: OutgoingMail) throws -> TransferError? {
        var connection = try OutgoingConnection()
        do throws(TransferError) {
            try connection.send(mail)
            return nil
        } catch { return error }
    }

    @Test("A mail arrives byte for byte at all recipients, lines of one dot and all")
    func arrives() throws {
        let receiver = try receiver()
        #expect(try failure(mail(to: receiver)) == nil)
        let seen = try #require(try receiver.received("messages").first)
        #expect(seen["from"] as? String == "a@example.org" && seen["hello"] as? String == "localhost")
        #expect(seen["to"] as? [String] == ["b@example.org", "c@example.org"])
        #expect(seen["message"] as? String == Data(Self.message.utf8).base64EncodedString())
    }

    @Test(
        "Over TLS from the first byte or by STARTTLS it proves who it is, and is proved to",
        arguments: ["tls", "starttls"])
    func secured(kind: String) throws {
        let tree = try TemporaryTree()
        let own = try TestCertificate(in: tree)
        let receiver = try receiver([
            "--\(kind)", "--certificate", own.certificate, "--key", own.key, "--login", "bailey", "pass word",
        ])
        var mail = try mail(to: receiver, try #require(OutgoingMail.Security(rawValue: kind)))
        mail.credentials = .init(user: "bailey", password: SecretBytes("pass word".utf8))
        #expect(try failure(mail)?.kind == .untrusted)
        mail.authorities = own.certificate
        // aiosmtpd takes no password over a connection that was TLS from the start unless it is told so.
        #expect(try failure(mail) == nil)
        #expect(try receiver.received("messages").first?["tls"] as? Bool == true)
        mail.credentials = .init(user: "bailey", password: SecretBytes("wr0ng".utf8))
        let error = try #require(try failure(mail))
        #expect(error.kind == .loginDenied && !error.description.contains("wr0ng"))
        #expect(try receiver.received("messages").isEmpty)
    }

    @Test("Where STARTTLS is asked for and not offered, nothing is sent; a password never goes in the clear")
    func downgrade() throws {
        let receiver = try receiver()
        #expect(try failure(mail(to: receiver, .startTLS))?.kind == .untrusted)
        var mail = try mail(to: receiver)
        mail.credentials = .init(user: "bailey", password: SecretBytes("x".utf8))
        #expect(try failure(mail)?.kind == .invalid)
        #expect(try receiver.received("messages").isEmpty)
    }

    @Test("Where one recipient is refused, nobody gets it, and the reply's code is told")
    func refused() throws {
        let receiver = try receiver()
        try receiver.tell("refuse c@example.org")
        let error = try #require(try failure(mail(to: receiver)))
        #expect(error.kind == .refused(code: 550))
        #expect(try receiver.received("messages").isEmpty)
    }

    @Test(
        "An address that would become another command is not sent",
        arguments: ["b@example.org> SIZE=1", "b@example.org\r\nRCPT TO:<x@y.z>", "b", "@x", "b@", "b@c@d", "<b@c.d>"])
    func addresses(address: String) throws {
        let receiver = try receiver()
        var mail = try mail(to: receiver)
        mail.recipients = [address]
        #expect(try failure(mail)?.kind == .invalid)
        mail.recipients = ["b@example.org"]
        mail.clientName = "x\r\nQUIT"
        #expect(try failure(mail)?.kind == .invalid)
    }
}
