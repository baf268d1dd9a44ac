internal import Cryptography
internal import Triage

/// A message as a mail (RFC 5322, MIME). Nothing of an alert gets into a header but as an encoded word (RFC 2047), and both parts are
/// Base64, so that no line of it is anything else than text.
struct MailText {
    private let message: AlertMessage
    private let from: String
    private let to: [String]
    private let host: String

    init(_ message: AlertMessage, from: String, to: [String], host: String) {
        self.message = message
        self.from = from
        self.to = to
        self.host = host
    }

    var bytes: [UInt8] {
        let boundary = "bailey-\(message.key)"
        let name = host.utf8.filter {
            (0x30...0x39).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x2d || $0 == 0x2e
        }
        let place = name.isEmpty ? "bailey.invalid" : String(decoding: name, as: UTF8.self)
        var lines = [
            "Date: \(Self.date(message.at))", "From: Bailey <\(from)>", "To: \(to.joined(separator: ",\r\n "))",
            "Subject: \(Self.encoded(message.headline))", "Message-ID: <\(message.key)@\(place)>",
            // RFC 3834: no answering machine is to answer.
            "Auto-Submitted: auto-generated", "X-Bailey-Key: \(message.key)", "MIME-Version: 1.0",
            "Content-Type: multipart/alternative; boundary=\"\(boundary)\"", "",
        ]
        for (type, content) in [("plain", message.text), ("html", html)] {
            lines += [
                "--\(boundary)", "Content-Type: text/\(type); charset=utf-8", "Content-Transfer-Encoding: base64", "",
            ]
            lines += Self.base64Lines(content)
        }
        lines += ["--\(boundary)--", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    private var html: String {
        var page = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>Bailey</title></head><body>"
        page += "<h1>\(Self.escaped(message.headline))</h1><table>"
        for fact in message.facts {
            page += "<tr><th align=\"left\">\(Self.escaped(fact.label))</th><td>\(Self.escaped(fact.value))</td></tr>"
        }
        page += "</table>"
        for (title, lines) in [("Why", message.reasons), ("What to do", message.actions)] where !lines.isEmpty {
            page += "<h2>\(title)</h2><ul>\(lines.map { "<li>\(Self.escaped($0))</li>" }.joined())</ul>"
        }
        return page + "</body></html>"
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        // By scalars: a sign with a combining mark behind it is another character to Swift, and the same sign to a reader of HTML.
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Encoded words of at most 75 characters each (RFC 2047 §2), broken between characters.
    static func encoded(_ text: String) -> String {
        var words: [String] = []
        var word: [UInt8] = []
        func end() {
            if !word.isEmpty { words.append("=?utf-8?B?\(word.base64)?=") }
            word = []
        }
        for scalar in text.unicodeScalars where scalar.value >= 0x20 && scalar.value != 0x7f {
            let bytes = Array(String(scalar).utf8)
            if word.count + bytes.count > 45 { end() }
            word += bytes
        }
        end()
        return words.joined(separator: "\r\n ")
    }

    private static func base64Lines(_ text: String) -> [String] {
        let all = Array(Array(text.utf8).base64.utf8)
        return stride(from: 0, to: all.count, by: 76).map {
            String(decoding: all[$0..<min($0 + 76, all.count)], as: UTF8.self)
        }
    }

    /// `Wed, 25 Nov 2026 17:06:41 +0000` (RFC 5322 §3.3).
    static func date(_ time: EventTime) -> String {
        let parts = time.description.split { "-T:Z".contains($0) }
        guard parts.count == 6, let month = Int(parts[1]) else { return "Thu, 01 Jan 1970 00:00:00 +0000" }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        // 1970-01-01 was a Thursday.
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let day = days[Int(time.milliseconds / 86_400_000) % 7]
        return "\(day), \(parts[2]) \(months[month - 1]) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) +0000"
    }
}
