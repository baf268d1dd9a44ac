internal import HTTPClient
internal import Policies

/// A mail of two parts, text and HTML. The server has it, or nobody: whether a mailbox takes it later is not told.
struct EmailChannel: NotificationChannel {
    let settings: EmailChannelSettings
    let host: String

    func send(_ batch: [AlertMessage]) throws(DeliveryError) -> [DeliveryError?] {
        let credentials: OutgoingMail.Credentials?
        if let user = settings.user, let file = settings.passwordFile {
            credentials = .init(user: user, password: try secret(file))
        } else {
            credentials = nil
        }
        for message in batch {
            let text = MailText(message, from: settings.from, to: settings.to, host: host)
            var mail = OutgoingMail(
                host: settings.host, port: settings.port, security: security, sender: settings.from,
                recipients: settings.to, message: text.bytes)
            mail.credentials = credentials
            mail.timeout = settings.timeout
            mail.authorities = settings.authorities
            do throws(TransferError) {
                var connection = try OutgoingConnection()
                try connection.send(mail)
            } catch { throw DeliveryError(error) }
        }
        return batch.map { _ in nil }
    }

    private var security: OutgoingMail.Security {
        switch settings.security {
        case .tls: .tls
        case .startTLS: .startTLS
        case .none: .none
        }
    }
}
