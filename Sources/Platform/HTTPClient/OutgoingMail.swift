package import LinuxSystem

/// A message handed to a mail server.
package struct OutgoingMail: Sendable {
    package enum Security: String, Sendable, Hashable, CaseIterable {
        /// TLS from the first byte (RFC 8314): port 465.
        case tls
        /// TLS by STARTTLS, and nothing without it (RFC 3207): port 587.
        case startTLS = "starttls"
        /// In the clear: a server on this host. No password is sent over it.
        case none
    }

    package struct Credentials: Sendable {
        package var user: String
        package var password: SecretBytes

        package init(user: String, password: SecretBytes) {
            self.user = user
            self.password = password
        }
    }

    package var host: String
    package var port: Int
    package var security: Security
    package var credentials: Credentials?
    /// What the client calls itself (EHLO).
    package var clientName = "localhost"
    /// Addresses without angle brackets.
    package var sender: String
    package var recipients: [String]
    /// Headers and body as RFC 5322 has them, lines ended by CR LF.
    package var message: [UInt8]
    package var connectTimeout = Duration.seconds(10)
    package var timeout = Duration.seconds(60)
    package var authorities: String?

    package init(
        host: String, port: Int, security: Security, sender: String, recipients: [String], message: [UInt8]
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.sender = sender
        self.recipients = recipients
        self.message = message
    }

    var url: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(security == .tls ? "smtps" : "smtp")://\(name):\(port)/\(clientName)"
    }

    var objection: String? {
        if recipients.isEmpty { return "there are no recipients" }
        for address in [sender] + recipients where !Self.isAddress(address) {
            return "an address is none: no spaces, control characters or angle brackets, and an @"
        }
        guard Self.isName(clientName) else { return "the client's name is no host's name" }
        guard (1...65535).contains(port) else { return "\(port) is no port" }
        if credentials != nil, security == .none {
            return "a password is not sent in the clear: use tls or starttls"
        }
        return nil
    }

    /// Enough that nothing else gets into the command that names it; whether there is such a mailbox is the server's to say.
    package static func isAddress(_ text: String) -> Bool {
        (3...254).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"<>()[],;:\\\"".utf8.contains($0) }
            && text.split(separator: "@", omittingEmptySubsequences: false).count == 2
            && !text.hasPrefix("@") && !text.hasSuffix("@")
    }

    private static func isName(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x2d
                    || $0 == 0x2e
            }
    }
}
