internal import Auditing
internal import LinuxSystem
internal import PrivilegeBroker
private import Synchronization

/// Copies records to the system's log while the policy says so.
final class SwitchedCopy: AuditCopy {
    private let copy: SyslogCopy
    private let isOn = Mutex(false)

    init() throws(AuditError) { copy = try SyslogCopy(host: KernelIdentity.current.hostname) }

    /// Records that could not be handed over.
    var missedCount: Int { copy.missedCount }

    func turn(on: Bool) { isOn.withLock { $0 = on } }

    func copy(_ record: AuditRecord, line: [UInt8]) {
        if isOn.withLock(\.self) { copy.copy(record, line: line) }
    }
}
