internal import JSON
internal import LinuxSystem
internal import Policies
internal import Triage

/// Detection findings of the Open Cybersecurity Schema Framework 1.3.0 (class 2004), a line of JSON each, added to a file that only this
/// user may read. The file is opened for each batch, so that it may be renamed at any time (logrotate(8)), and on disk before the batch
/// counts as delivered.
struct OCSFChannel: NotificationChannel {
    let settings: OCSFChannelSettings

    let batchLimit = 100

    func send(_ batch: [AlertMessage]) throws(DeliveryError) -> [DeliveryError?] {
        let lines = batch.flatMap { message -> [UInt8] in Self.line(message) + [0x0a] }
        do throws(SystemError) {
            let file = try opened()
            // A crash in the middle of a line left it without its end.
            let metadata = try file.metadata()
            let isTorn = if metadata.size > 0 { try lastByte(metadata.size) != 0x0a } else { false }
            try file.write((isTorn ? [0x0a] : []) + lines)
            try file.sync()
        } catch { throw .transient(error.description) }
        return batch.map { _ in nil }
    }

    private func opened() throws(SystemError) -> AppendFile {
        do throws(SystemError) { return try AppendFile(opening: settings.path) } catch  where error.code == .notFound {}
        return try AppendFile(creating: settings.path)
    }

    private func lastByte(_ size: Int64) throws(SystemError) -> UInt8? {
        let file = try FileDescriptor.open(forReading: settings.path)
        return try file.bytes(1, at: size - 1, subject: settings.path).first
    }

    static func line(_ message: AlertMessage) -> [UInt8] {
        let isNew = message.event == "opened"
        var writer = JSONWriter(pretty: false)
        writer.object { writer in
            writer.member("class_uid", 2004)
            writer.member("class_name", "Detection Finding")
            writer.member("category_uid", 2)
            writer.member("category_name", "Findings")
            writer.member("activity_id", isNew ? 1 : 2)
            writer.member("activity_name", isNew ? "Create" : "Update")
            writer.member("type_uid", 200_400 + (isNew ? 1 : 2))
            writer.member("type_name", "Detection Finding: \(isNew ? "Create" : "Update")")
            writer.member("time", message.at.milliseconds)
            writer.member("severity_id", message.severity.rawValue + 1)
            writer.member("severity", message.severity.name.prefix(1).uppercased() + message.severity.name.dropFirst())
            writer.member("status_id", isNew ? 1 : 2)
            writer.member("status", isNew ? "New" : "In Progress")
            writer.member("is_alert", true)
            writer.member("message", message.headline)
            writer.member("confidence_score", Int((message.confidence * 100).rounded()))
            writer.member(
                "metadata",
                object: { writer in
                    writer.member("version", "1.3.0")
                    writer.member("uid", message.key)
                    writer.member(
                        "product",
                        object: {
                            $0.member("name", "Bailey")
                            $0.member("vendor_name", "Bailey")
                        })
                })
            finding(message, &writer)
            if !message.host.isEmpty {
                writer.member(
                    "resources",
                    array: { writer in
                        writer.object {
                            $0.member("type", "host")
                            $0.member("name", message.host)
                        }
                    })
            }
            writer.member(
                "unmapped",
                object: {
                    $0.member("case_id", message.caseID)
                    $0.member("event", message.event)
                    $0.member("verdict", message.verdict)
                    $0.member("controls", message.controls)
                })
        }
        return writer.drain()
    }

    private static func finding(_ message: AlertMessage, _ writer: inout JSONWriter) {
        writer.member(
            "finding_info",
            object: { writer in
                writer.member("uid", message.caseID > 0 ? "case-\(message.caseID)" : message.key)
                writer.member("title", message.title)
                writer.member(
                    "desc", (message.reasons.isEmpty ? [message.title] : message.reasons).joined(separator: " "))
                writer.member("created_time", message.at.milliseconds)
                if !message.rule.isEmpty {
                    writer.member(
                        "analytic",
                        object: {
                            $0.member("type_id", 1)
                            $0.member("type", "Rule")
                            $0.member("uid", message.rule)
                            $0.member("name", message.rule)
                        })
                }
                writer.member(
                    "attacks",
                    array: { writer in
                        for technique in message.techniques {
                            writer.object { writer in
                                let parts = technique.split(separator: ".")
                                let isPart = parts.count == 2
                                named("technique", isPart ? String(parts[0]) : technique, &writer)
                                if isPart { named("sub_technique", technique, &writer) }
                            }
                        }
                    })
            })
    }

    /// Readers of the schema want a name beside the id; a catalogue to take it from is not at hand here.
    private static func named(_ name: String, _ id: String, _ writer: inout JSONWriter) {
        writer.member(
            name,
            object: {
                $0.member("uid", id)
                $0.member("name", id)
            })
    }
}
