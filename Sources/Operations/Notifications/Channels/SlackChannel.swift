internal import HTTPClient
internal import JSON
internal import Policies

/// A message to Slack's incoming webhook. Text from alerts stands in blocks of plain text, where Slack reads no markup; in the line that
/// notifications show it is escaped as Slack asks for, so that it can neither mention people nor link.
struct SlackChannel: NotificationChannel {
    let settings: SlackChannelSettings

    func send(_ batch: [AlertMessage]) throws(DeliveryError) -> [DeliveryError?] {
        let url = try secretText(settings.urlFile)
        for message in batch {
            var request = OutgoingRequest("POST", url, body: Self.body(of: message))
            request.authorities = settings.authorities
            request.timeout = settings.timeout
            request.answerLimit = 64 << 10
            request.headers = [.init("Content-Type", "application/json; charset=utf-8")]
            try accepted(try answer(to: request), request)
        }
        return batch.map { _ in nil }
    }

    static func body(of message: AlertMessage) -> [UInt8] {
        var writer = JSONWriter(pretty: false)
        writer.object { writer in
            writer.member("text", escaped(message.headline))
            writer.member("mrkdwn", false)
            writer.member("unfurl_links", false)
            writer.member("unfurl_media", false)
            writer.member(
                "blocks",
                array: { writer in
                    block("header", message.headline, limit: 150, &writer)
                    let facts = message.facts.map { "\($0.label): \($0.value)" }.joined(separator: "\n")
                    block("section", facts, limit: 3000, &writer)
                    for (title, lines) in [("Why", message.reasons), ("What to do", message.actions)]
                    where !lines.isEmpty {
                        let text = "\(title):\n\(lines.map { "• \($0)" }.joined(separator: "\n"))"
                        block("section", text, limit: 3000, &writer)
                    }
                })
        }
        return writer.drain()
    }

    private static func block(_ type: String, _ text: String, limit: Int, _ writer: inout JSONWriter) {
        writer.object {
            $0.member("type", type)
            $0.member(
                "text",
                object: {
                    $0.member("type", "plain_text")
                    $0.member("text", cut(text, to: limit))
                    $0.member("emoji", false)
                })
        }
    }

    /// - Parameter limit: UTF-16 units, the most that any way of counting comes to. A longer text has Slack refuse the message, and one
    ///   character that people see may be of any number of them.
    private static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf16.count > limit else { return text }
        var (result, length) = ("".unicodeScalars, 0)
        for scalar in text.unicodeScalars {
            length += UTF16.width(scalar)
            if length > limit { break }
            result.append(scalar)
        }
        return String(result)
    }

    /// As https://docs.slack.dev/messaging/formatting-message-text has it: these three begin everything that Slack reads as more than text.
    static func escaped(_ text: String) -> String {
        var result = ""
        // By scalars: a sign with a combining mark behind it is another character to Swift, and not to Slack.
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
