import HostModel

/// `kernel.<what>`: how far the running kernel protects itself and programs from each other.
///
/// - `lockdown`: `none`, `integrity` or `confidentiality` (kernel_lockdown(7)).
/// - `secure_boot`: whether the firmware checked what it started.
/// - `mandatory_access_control`: names of the modules that confine programs: `apparmor`, `selinux` (when enforcing), `tomoyo`, `smack`.
struct KernelFact: FactCollector {
    static let prefix = "kernel"
    private static let secureBoot = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func observe(_ name: Substring) -> Observation<FactValue> {
        guard source.isLive else { return .unseen(.notRunning("kernel.\(name)")) }
        switch name {
        case "lockdown": return lockdown()
        case "secure_boot": return secureBoot()
        case "mandatory_access_control": return mandatoryAccessControl()
        default:
            return .unknownKey(
                "kernel.\(name)", expected: "kernel.lockdown, secure_boot or mandatory_access_control")
        }
    }

    /// The file lists all levels, the one in force in brackets.
    private func lockdown() -> Observation<FactValue> {
        source.tree.observeText("/sys/kernel/security/lockdown", limit: 4096).map { text in
            let level = text.split(whereSeparator: { $0 == "[" || $0 == "]" })
            return .text(level.count > 1 || text.hasPrefix("[") ? String(level[text.hasPrefix("[") ? 0 : 1]) : "none")
        }
    }

    /// Four bytes of attributes, then one byte of value (UEFI 2.10, 3.3).
    private func secureBoot() -> Observation<FactValue> {
        guard source.tree.hasFile("/sys/firmware/efi") else {
            return .absent(why: "this host was not started by UEFI firmware", from: "/sys/firmware/efi")
        }
        return source.tree.observe(Self.secureBoot, limit: 4096) { .flag($0.count >= 5 && $0[4] == 1) }
    }

    private func mandatoryAccessControl() -> Observation<FactValue> {
        let origin = "/sys/module/apparmor, /sys/fs/selinux and /sys/kernel/security/lsm"
        let modules = source.tree.observeText("/sys/kernel/security/lsm", limit: 4096)
        let apparmor = source.tree.observeText("/sys/module/apparmor/parameters/enabled", limit: 16)
        let selinux = source.tree.observeText("/sys/fs/selinux/enforce", limit: 16)
        for observation in [modules, apparmor, selinux] {
            if case .unseen(let gap) = observation { return .unseen(gap) }
        }
        var active = Substring(modules.value ?? "").trimmed.split(separator: ",").map {
            String($0.prefix { $0 != "\n" })
        }
        .filter { ["tomoyo", "smack"].contains($0) }
        if apparmor.value?.hasPrefix("Y") == true { active.append("apparmor") }
        if selinux.value?.hasPrefix("1") == true { active.append("selinux") }
        return .seen(.list(active.sorted()), from: origin)
    }
}
