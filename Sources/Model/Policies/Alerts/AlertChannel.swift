/// A way out: its name, how often it is tried, and what its kind needs.
package struct AlertChannel: Sendable, Hashable {
    package var id: String
    package var location: SourceLocation
    /// Times that one message is tried before it is laid aside.
    package var attempts: Int
    package var settings: AlertChannelSettings

    package static let defaultAttempts = 8
}

/// The kinds of channels; the raw value is what policies write under `kind`.
package enum AlertChannelKind: String, Sendable, CaseIterable {
    case command, elasticsearch, email, journald, ocsf, slack, syslog, webhook
}

package enum AlertChannelSettings: Sendable, Hashable {
    case command(CommandChannelSettings)
    case elasticsearch(ElasticsearchChannelSettings)
    case email(EmailChannelSettings)
    case journald(JournaldChannelSettings)
    case ocsf(OCSFChannelSettings)
    case slack(SlackChannelSettings)
    case syslog(SyslogChannelSettings)
    case webhook(WebhookChannelSettings)

    package var kind: AlertChannelKind {
        switch self {
        case .command: .command
        case .elasticsearch: .elasticsearch
        case .email: .email
        case .journald: .journald
        case .ocsf: .ocsf
        case .slack: .slack
        case .syslog: .syslog
        case .webhook: .webhook
        }
    }
}

extension AlertChannel {
    /// The files that its secrets stand in.
    package var secretFiles: [String] {
        switch settings {
        case .command, .journald, .ocsf, .syslog: []
        case .elasticsearch(let settings): [settings.apiKeyFile, settings.passwordFile].compactMap(\.self)
        case .email(let settings): [settings.passwordFile].compactMap(\.self)
        case .slack(let settings): [settings.urlFile]
        case .webhook(let settings): [settings.keyFile]
        }
    }
}
