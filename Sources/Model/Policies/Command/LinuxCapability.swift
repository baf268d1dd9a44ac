/// A capability, by the name capabilities(7) gives it, without `CAP_` and in lower case.
package enum LinuxCapability: String, Sendable, CaseIterable {
    // In the order of the kernel's numbers (linux/capability.h), which start at 0 and have no holes.
    case chown
    case dacOverride = "dac_override"
    case dacReadSearch = "dac_read_search"
    case fowner
    case fsetid
    case kill
    case setgid
    case setuid
    case setpcap
    case linuxImmutable = "linux_immutable"
    case netBindService = "net_bind_service"
    case netBroadcast = "net_broadcast"
    case netAdmin = "net_admin"
    case netRaw = "net_raw"
    case ipcLock = "ipc_lock"
    case ipcOwner = "ipc_owner"
    case sysModule = "sys_module"
    case sysRawio = "sys_rawio"
    case sysChroot = "sys_chroot"
    case sysPtrace = "sys_ptrace"
    case sysPacct = "sys_pacct"
    case sysAdmin = "sys_admin"
    case sysBoot = "sys_boot"
    case sysNice = "sys_nice"
    case sysResource = "sys_resource"
    case sysTime = "sys_time"
    case sysTtyConfig = "sys_tty_config"
    case mknod
    case lease
    case auditWrite = "audit_write"
    case auditControl = "audit_control"
    case setfcap
    case macOverride = "mac_override"
    case macAdmin = "mac_admin"
    case syslog
    case wakeAlarm = "wake_alarm"
    case blockSuspend = "block_suspend"
    case auditRead = "audit_read"
    case perfmon
    case bpf
    case checkpointRestore = "checkpoint_restore"

    /// The kernel's number for it.
    package var number: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// - Parameter name: with or without `CAP_`, in any case.
    package init?(name: String) {
        let lower = name.lowercased()
        self.init(rawValue: lower.hasPrefix("cap_") ? String(lower.dropFirst(4)) : lower)
    }
}
