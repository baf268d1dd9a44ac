internal import LinuxSystem
internal import Policies
internal import Triage

/// systemd's journal, by its native protocol (https://systemd.io/JOURNAL_NATIVE_PROTOCOL): a datagram an entry, a field a line. Values go
/// by their length, so that none of them can be another field.
struct JournaldChannel: NotificationChannel {
    let settings: JournaldChannelSettings

    let batchLimit = 50
    /// What journalctl finds all of these by (sd-id128(3)): made once, at random.
    static let messageID = "6d0f4c0be4d84f6f9d3a1be1c1ad0c7e"
    /// Well below what a datagram may have by default.
    private static let valueLimit = 16 << 10

    func send(_ batch: [AlertMessage]) throws(DeliveryError) -> [DeliveryError?] {
        do throws(SystemError) {
            let socket = try UnixDatagramSocket()
            for message in batch { try socket.send(Self.entry(of: message), to: settings.socket) }
        } catch { throw .transient(error.description) }
        return batch.map { _ in nil }
    }

    static func entry(of message: AlertMessage) -> [UInt8] {
        let priority =
            switch message.severity {
            case .critical: 2
            case .high: 3
            case .medium: 4
            case .low: 5
            case .informational: 6
            }
        let fields: [(name: StaticString, value: String)] = [
            ("MESSAGE", message.headline), ("PRIORITY", "\(priority)"), ("SYSLOG_IDENTIFIER", "bailey-core"),
            ("MESSAGE_ID", messageID), ("BAILEY_KEY", message.key), ("BAILEY_EVENT", message.event),
            ("BAILEY_SEVERITY", message.severity.name), ("BAILEY_CASE", "\(message.caseID)"),
            ("BAILEY_HOST", message.host), ("BAILEY_VERDICT", message.verdict), ("BAILEY_RULE", message.rule),
            ("BAILEY_TECHNIQUES", message.techniques.joined(separator: ",")),
            ("BAILEY_CONTROLS", message.controls.joined(separator: ",")), ("BAILEY_TEXT", message.text),
        ]
        return fields.filter { !$0.value.isEmpty }.flatMap { field($0.name, $0.value) }
    }

    /// The name, a line end, the length as 64 bits little-endian, the value, a line end.
    static func field(_ name: StaticString, _ value: String) -> [UInt8] {
        let bytes = Array(value.utf8.prefix(valueLimit))
        let length = (0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> ($0 * 8)) }
        return Array("\(name)\n".utf8) + length + bytes + [0x0a]
    }
}
