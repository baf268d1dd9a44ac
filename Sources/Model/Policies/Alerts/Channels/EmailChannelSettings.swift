import YAML

/// Mail by a server that takes it (SMTP).
package struct EmailChannelSettings: ChannelSettings, Sendable, Hashable {
    package enum Key: String, PolicyKey {
        case id, kind, attempts, host, port, security, user
        case passwordFile = "password_file"
        case from, to, authorities, timeout

        static let mappingName = "a channel of kind email"
    }

    package enum Security: String, Sendable, Hashable, CaseIterable {
        /// TLS from the first byte: port 465.
        case tls
        /// Port 587.
        case startTLS = "starttls"
        /// In the clear: port 25 of this host. No password goes over it.
        case none

        var port: Int {
            switch self {
            case .tls: 465
            case .startTLS: 587
            case .none: 25
            }
        }
    }

    package var host: String
    package var port: Int
    package var security: Security
    package var user: String?
    package var passwordFile: String?
    package var from: String
    package var to: [String]
    package var authorities: String?
    package var timeout: Duration

    init?(_ mapping: PolicyMapping<Key>, with decoder: inout PolicyDecoder) {
        let host = decoder.required(.host, in: mapping, why: "the mail server").flatMap {
            decoder.hostText($0, Key.host)
        }
        security =
            mapping[.security].flatMap { decoder.choice($0, Key.security, from: Security.allCases) } ?? .startTLS
        port = mapping[.port].flatMap { decoder.number($0, Key.port, in: 1...65535) } ?? security.port
        user = mapping[.user].flatMap { decoder.text($0, Key.user, limit: 256) }
        passwordFile = mapping[.passwordFile].flatMap { decoder.plainPath($0, Key.passwordFile) }
        let from = decoder.required(.from, in: mapping, why: "the sender's address").flatMap {
            decoder.mailAddress($0, Key.from)
        }
        to = []
        if let node = decoder.required(.to, in: mapping, why: "who gets it") {
            to = decoder.oneOrMore(node, Key.to).compactMap { decoder.mailAddress($0, Key.to) }
        }
        authorities = mapping[.authorities].flatMap { decoder.plainPath($0, Key.authorities) }
        timeout = mapping[.timeout].flatMap { decoder.duration($0, Key.timeout) } ?? .seconds(60)
        if (mapping[.user] == nil) != (mapping[.passwordFile] == nil) {
            decoder.report("'user' and 'password_file' belong together", at: mapping.position)
        } else if mapping[.user] != nil, security == .none {
            decoder.report(
                "a password is not sent in the clear: 'security' has to be tls or starttls", at: mapping.position)
        }
        guard let host, let from, !to.isEmpty else { return nil }
        self.host = host
        self.from = from
    }
}
