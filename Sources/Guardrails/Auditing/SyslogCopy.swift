internal import LinuxSystem
internal import Synchronization
internal import SyslogText

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
        self.host = host
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
        var parameters: [(name: StaticString, value: String)] = [
            ("sequence", "\(record.sequence)"), ("hash", "\(record.hash)"),
        ]
        if let request = record.request { parameters.append(("request", request)) }
        return SyslogMessage(
            priority: Self.priority, time: "\(record.time)", host: host, program: "bailey-broker", process: process,
            messageID: record.eventName, parameters: parameters, text: line
        ).bytes(limit: Self.lengthLimit)
    }
}
