package import Policies

/// A way out for messages: a file of its own in `Channels/`, a case in `AlertChannelKind`.
package protocol NotificationChannel: Sendable {
    /// Messages that go together at most.
    var batchLimit: Int { get }

    /// Sends `batch`, which is not empty and no larger than `batchLimit`, and waits until the receiver has it, as far as its protocol tells.
    /// - Returns: what became of each, in order: nil for delivered.
    /// - Throws: where none was delivered.
    func send(_ batch: [AlertMessage]) throws(DeliveryError) -> [DeliveryError?]
}

extension NotificationChannel {
    package var batchLimit: Int { 1 }
}

/// What channels need besides their settings.
package struct ChannelContext: Sendable {
    /// Programs that may be run.
    package var commands: AllowedCommands
    /// What this host calls itself.
    package var host: String

    package init(commands: AllowedCommands, host: String) {
        self.commands = commands
        self.host = host
    }
}

extension AlertChannel {
    package func opened(in context: ChannelContext) -> any NotificationChannel {
        switch settings {
        case .command(let settings): CommandChannel(settings: settings, commands: context.commands)
        case .elasticsearch(let settings): ElasticsearchChannel(settings: settings)
        case .email(let settings): EmailChannel(settings: settings, host: context.host)
        case .journald(let settings): JournaldChannel(settings: settings)
        case .ocsf(let settings): OCSFChannel(settings: settings)
        case .slack(let settings): SlackChannel(settings: settings)
        case .syslog(let settings): SyslogChannel(settings: settings, host: context.host)
        case .webhook(let settings): WebhookChannel(settings: settings)
        }
    }
}
