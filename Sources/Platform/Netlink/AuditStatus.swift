package import LinuxSystem

/// What the kernel's audit subsystem says of itself (`struct audit_status`, linux/audit.h).
package struct AuditStatusRecord: Sendable, Hashable {
    /// 0 off, 1 on, 2 on and locked until the next boot.
    package var enabled: UInt32
    /// The process that takes the records; 0 when none does.
    package var daemon: Int32
    package var lost: UInt32

    /// Fields in order: mask, enabled, failure, pid, rate limit, backlog limit, lost.
    package init?(_ payload: UnsafeRawBufferPointer) {
        guard let enabled = payload.number(at: 4, UInt32.self), let daemon = payload.number(at: 12, Int32.self),
            let lost = payload.number(at: 24, UInt32.self)
        else { return nil }
        (self.enabled, self.daemon, self.lost) = (enabled, daemon, lost)
    }
}

extension NetlinkSocket {
    /// Asks for the audit status (`AUDIT_GET`), on a socket of the `audit` family; needs CAP_AUDIT_CONTROL in the initial user
    /// namespace. Nil when the kernel answers without a status.
    package mutating func auditStatus() throws(SystemError) -> AuditStatusRecord? {
        var status: AuditStatusRecord?
        // NLM_F_REQUEST | NLM_F_ACK: the acknowledgement ends the answer as NLMSG_DONE ends a dump.
        _ = try dump(
            "audit status", { RequestBuilder(type: 1000, flags: 0x5, sequence: $0).finish() },
            { type, payload in
                if type == 1000 { status = AuditStatusRecord(payload) }
            })
        return status
    }
}
