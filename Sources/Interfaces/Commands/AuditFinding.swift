import Auditing
import Cryptography
import JSON

/// A record of the audit log as a finding for the core: the same refusal of the same person and command is one alert that repeats, each
/// record counted once.
enum AuditFinding {
    private static let severities: [AuditEvent: String] = [
        .denied: "medium", .approvalRefused: "medium", .approvalExpired: "low", .proofFailed: "medium",
        .policyRefused: "high", .tornLine: "high", .clockSteppedBack: "medium",
    ]

    static func isWorthTelling(_ record: AuditRecord) -> Bool { record.event.flatMap { severities[$0] } != nil }

    /// A line of NDJSON, its end included.
    static func line(of record: AuditRecord, host: String) -> [UInt8] {
        let about = ["code", "rule", "argv", "why", "program"].compactMap { name in
            record.details.first { $0.name == name }.map { "\(name)=\(text($0.value))" }
        }
        let event = record.eventName.split(separator: "_").joined(separator: " ")
        let identity = ["bailey-audit", record.eventName, record.actor] + about.prefix(2)
        let print = SHA256.hash(Array(identity.map { "\($0.utf8.count):\($0)" }.joined().utf8)).hexadecimal.prefix(32)
        var writer = JSONWriter(pretty: false)
        writer.object { writer in
            writer.member("host", host)
            writer.member("fingerprint", String(print))
            // The record is the event: a second delivery has its hash again.
            writer.member("id", record.hash.hexadecimal)
            writer.member("kind", "broker-\(record.eventName)")
            writer.member("severity", record.event.flatMap { severities[$0] } ?? "medium")
            writer.member("title", "Broker: \(event), \(record.actor)")
            writer.member("detail", about.joined(separator: "\n"))
            writer.member(
                "resource",
                object: {
                    $0.member("kind", "account")
                    $0.member("name", record.actor)
                })
            writer.member("user", String(record.actor.prefix { $0 != "(" }))
            writer.member("request", record.request)
            writer.member("sequence", record.sequence)
            writer.member("last_seen", record.time.description)
            writer.member("state", "open")
        }
        return writer.drain() + [0x0a]
    }

    private static func text(_ value: AuditField.Value) -> String {
        switch value {
        case .text(let text): text
        case .number(let number): "\(number)"
        case .flag(let flag): flag ? "yes" : "no"
        case .list(let texts), .arguments(let texts): texts.joined(separator: " ")
        }
    }
}
