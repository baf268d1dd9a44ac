/// The capabilities by number (capabilities(7), `linux/capability.h`), and which of them come to being root.
package enum CapabilityName {
    private static let all = [
        "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap",
        "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner",
        "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice",
        "sys_resource", "sys_time", "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap",
        "mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf",
        "checkpoint_restore",
    ]

    /// Those that change identity, pass over file permissions, or reach into the kernel.
    package static let rootEquivalent: Set<String> = [
        "cap_bpf", "cap_chown", "cap_dac_override", "cap_dac_read_search", "cap_fowner", "cap_mac_admin", "cap_mknod",
        "cap_setfcap", "cap_setgid", "cap_setuid", "cap_sys_admin", "cap_sys_module", "cap_sys_ptrace", "cap_sys_rawio",
    ]

    /// `cap_net_raw`; `cap_` and the number where the kernel knows more than this table.
    package static func name(of number: Int) -> String { "cap_" + (number < all.count ? all[number] : String(number)) }

    /// The names in a bit set, by number.
    package static func names(in set: UInt64) -> [String] {
        set == 0 ? [] : (0..<64).filter { set >> UInt64($0) & 1 == 1 }.map(name)
    }
}
