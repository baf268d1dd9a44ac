internal import LinuxSystem
internal import Synchronization

/// Copies records to the system's log, as RFC 5424 has it, in a datagram each to `/dev/log`. A daemon that is not there, or slow, is not
/// waited for: what it missed is counted.
///
///     <86>1 2026-11-21T03:04:05.123Z host bailey-broker 4711 start [bailey@32473 sequence="12" request="r-1"] {"sequence":12,…}
package final class SyslogCopy: AuditCopy {
    private let socket: UnixDatagramSocket
    private let path: String
    private let host: String
    private let process: Int32
    private let missed = Atomic<Int>(0)

    /// Facility authpriv (10), severity informational (6): RFC 5424 §6.2.1.
    private static let priority = 10 * 8 + 6
    /// What every receiver takes (RFC 5426 §3.2) is 480 bytes; daemons on Linux take 8 KiB and more. A longer record is cut, its hash
    /// and number stand in front.
    private static let lengthLimit = 8 << 10

    package init(host: String, path: String = "/dev/log") throws(AuditError) {
        socket = try auditing { () throws(SystemError) in try UnixDatagramSocket() }
        self.path = path
        self.host = Self.headerField(host, limit: 255)
        process = CurrentProcess.id
    }

    /// Records that could not be handed over.
    package var missedCount: Int { missed.load(ordering: .relaxed) }

    package func copy(_ record: AuditRecord, line: [UInt8]) {
        do throws(SystemError) {
            try socket.send(message(record, line: line), to: path)
        } catch {
            missed.add(1, ordering: .relaxed)
        }
    }

    func message(_ record: AuditRecord, line: [UInt8]) -> [UInt8] {
        let event = Self.headerField(record.eventName, limit: 32)
        let request = record.request.map { #" request="\#(Self.parameter($0))""# } ?? ""
        let data = #"[bailey@32473 sequence="\#(record.sequence)" hash="\#(record.hash)"\#(request)]"#
        let header = "<\(Self.priority)>1 \(record.time) \(host) bailey-broker \(process) \(event) \(data) "
        return Array((Array(header.utf8) + line).prefix(Self.lengthLimit))
    }

    /// A field of the header: printable ASCII without blanks, `-` when there is nothing (RFC 5424 §6).
    private static func headerField(_ text: String, limit: Int) -> String {
        let printable = text.utf8.filter { (33...126).contains($0) }.prefix(limit)
        return printable.isEmpty ? "-" : String(decoding: printable, as: UTF8.self)
    }

    /// A parameter's value: `"`, `\` and `]` are escaped (RFC 5424 §6.3.3).
    private static func parameter(_ text: String) -> String {
        text.reduce(into: "") { value, character in
            if "\"\\]".contains(character) { value.append("\\") }
            value.append(character)
        }
    }
}
