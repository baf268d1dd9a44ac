internal import LinuxSystem
internal import Policies
internal import SyslogText
internal import Triage

/// Syslog (RFC 5424), the message in CEF: datagrams to a socket of this host or by UDP, where nobody tells what is lost, or TCP, where a
/// batch counts as delivered once the other side has read it and closed.
struct SyslogChannel: NotificationChannel {
    let settings: SyslogChannelSettings
    let host: String

    let batchLimit = 50
    /// What Linux's daemons and most collectors take; RFC 5424 §6.1 asks for 2,048 at least.
    private static let lengthLimit = 8 << 10
    /// Facility authpriv: RFC 5424 §6.2.1.
    private static let facility = 10

    func send(_ batch: [AlertMessage]) throws(DeliveryError) -> [DeliveryError?] {
        let lines = batch.map(line)
        let deadline = ContinuousClock.now + settings.timeout
        do throws(SystemError) {
            switch settings.transport {
            case .unix:
                let socket = try UnixDatagramSocket()
                for line in lines { try socket.send(line, to: settings.socket) }
            case .udp:
                let socket = try OutgoingSocket(.udp, to: settings.host, port: settings.port, until: deadline)
                for line in lines { try socket.send(line, until: deadline) }
            case .tcp:
                let socket = try OutgoingSocket(.tcp, to: settings.host, port: settings.port, until: deadline)
                for line in lines { try socket.send(Array("\(line.count) ".utf8) + line, until: deadline) }
                try socket.finish(until: deadline)
            }
        } catch { throw .transient(error.description) }
        return batch.map { _ in nil }
    }

    func line(_ message: AlertMessage) -> [UInt8] {
        let severity =
            switch message.severity {
            case .critical: 2
            case .high: 3
            case .medium: 4
            case .low: 5
            case .informational: 6
            }
        return SyslogMessage(
            priority: Self.facility * 8 + severity, time: "\(message.at)", host: host, program: "bailey-core",
            process: CurrentProcess.id, messageID: message.event,
            parameters: [
                ("key", message.key), ("case", "\(message.caseID)"), ("severity", message.severity.name),
                ("host", message.host),
            ], text: Array(CommonEventFormat.text(of: message).utf8)
        ).bytes(limit: Self.lengthLimit)
    }
}

/// ArcSight's Common Event Format, version 0: eight fields divided by bars, the last of them pairs.
enum CommonEventFormat {
    static func text(of message: AlertMessage) -> String {
        let severity =
            switch message.severity {
            case .informational: 1
            case .low: 3
            case .medium: 5
            case .high: 8
            case .critical: 10
            }
        let signature = message.rule.isEmpty ? message.event : message.rule
        let fields = ["Bailey", "bailey-core", "\(AlertMessage.schema)", signature, message.title].map(field)
        var pairs: [(String, String)] = [
            ("externalId", message.key), ("rt", "\(message.at.milliseconds)"), ("act", message.event),
            ("cn1Label", "case"), ("cn1", "\(message.caseID)"),
        ]
        if !message.host.isEmpty { pairs.append(("dvchost", message.host)) }
        if !message.verdict.isEmpty { pairs += [("cs1Label", "verdict"), ("cs1", message.verdict)] }
        if !message.techniques.isEmpty {
            pairs += [("cs2Label", "techniques"), ("cs2", message.techniques.joined(separator: ","))]
        }
        if !message.controls.isEmpty {
            pairs += [("cs3Label", "controls"), ("cs3", message.controls.joined(separator: ","))]
        }
        pairs.append(("msg", message.title))
        if let reason = message.reasons.first { pairs.append(("reason", reason)) }
        let text = pairs.map { "\($0.0)=\(value($0.1))" }.joined(separator: " ")
        return "CEF:0|\(fields.joined(separator: "|"))|\(severity)|\(text)"
    }

    /// In the header, where many parsers know no escapes, what would need one is replaced; the exact text stands in the pairs.
    static func field(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar {
                    case "|", "\\": "/"
                    case "=": ":"
                    case _ where scalar.value < 0x20 || scalar.value == 0x7f: " "
                    default: scalar
                    }
                }))
    }

    /// In pairs, equals signs and backslashes are escaped, and line ends written.
    static func value(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\r": result += "\\n"
            case "=", "\\": result += "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f: break
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
