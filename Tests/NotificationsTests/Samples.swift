import Foundation
import HTTPClient
import LinuxSystem
import Policies
import TestSupport
import Testing
import Triage

@testable import Notifications

/// What an attacker would like to have in a message, in every field that comes from outside.
enum Samples {
    static let hostile =
        "a|b=c\\d]\"e\r\nBcc: x@y.z\n\u{1b}[2J<!channel> <script>alert('1')</script> & *bold* =?utf-8?B?eA==?= ünï😀 \u{202e}"

    static let hostileMessage = AlertMessage(
        key: "0123456789abcdef0123456789abcdef", event: "opened", at: EventTime(milliseconds: 1_772_352_000_000),
        severity: .high, title: hostile, host: "web-1\nEVIL=1", caseID: 12, alertID: 34, verdict: "HIGH",
        confidence: 0.875, alerts: 3, source: "wazuh", rule: "57|10=\n", techniques: ["T1110", "T1059.001"],
        controls: ["iso-27001-2022:A.8.16"], reasons: [hostile, "two"], actions: ["do \(hostile)"])

    static func message(_ number: Int, severity: AlertSeverity = .high) -> AlertMessage {
        AlertMessage(
            key: String(repeating: "0", count: 30) + (number < 10 ? "0\(number)" : "\(number)"), event: "opened",
            at: EventTime(milliseconds: 1_772_352_000_000), severity: severity, title: "message \(number)",
            host: "web-1", caseID: number, alerts: 1, source: "bailey", rule: "posture")
    }

    /// A channel of one policy text.
    static func channel(
        _ text: String, commands: [String] = [], owners: Set<UInt32> = [0, CurrentProcess.effectiveUserID]
    ) throws -> any NotificationChannel {
        let policy = try AlertsPolicy(
            parsing: PolicyText(path: "p", "schema: 1\nchannels: [{id: c, \(text)}]"), references: .none)
        let context = ChannelContext(
            commands: AllowedCommands(
                listed: commands, ownership: TrustedOwnership(owners: owners), configuration: "configuration.yaml"),
            host: "this-host")
        return try #require(policy.channels.first).opened(in: context)
    }

    static func failure(_ channel: any NotificationChannel, _ message: AlertMessage = message(1)) -> DeliveryError? {
        do throws(DeliveryError) { return try channel.send([message]).first ?? nil } catch { return error }
    }
}

extension Receiver {
    convenience init(environment name: String, _ arguments: [String] = []) throws {
        try self.init(name, arguments, python: try #require(Receiver.environmentPython))
    }
}

/// What a receiver got of one request.
struct SeenRequest {
    let headers: [String: String]
    let body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }
    var json: [String: Any] {
        get throws { try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) }
    }

    init(_ entry: [String: Any]) throws {
        headers = try #require(entry["headers"] as? [String: String])
        let encoded = try #require(entry["body"] as? String)
        body = [UInt8](try #require(Data(base64Encoded: encoded)))
    }
}
