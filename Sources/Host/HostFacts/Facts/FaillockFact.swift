import HostModel

/// `faillock.<key>`: what pam_faillock(8) locks accounts by, with arguments in the PAM configuration before `faillock.conf` and defaults last;
/// absent where no login uses it.
struct FaillockFact: FactCollector {
    static let prefix = "faillock"
    private static let path = "/etc/security/faillock.conf"
    private static let defaults = [
        "deny": "3", "fail_interval": "900", "unlock_time": "600", "root_unlock_time": "600",
        "dir": "/var/run/faillock",
    ]
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func observe(_ name: Substring) -> Observation<FactValue> {
        PAMModuleSettings(
            module: "pam_faillock", services: ["login", "sshd", "common-auth"], defaults: Self.defaults,
            flags: ["even_deny_root", "audit", "silent", "local_users_only", "no_log_info", "nodelay"]
        )
        .observe(name, settings: SettingsFile.read(Self.path, directory: Self.path + ".d", in: source.tree), source)
    }
}
