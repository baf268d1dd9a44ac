import HostModel

/// `pwquality.<key>`: what pam_pwquality(8) asks of new passwords, with arguments in the PAM configuration before `pwquality.conf` and
/// defaults last; absent where no password change uses it.
struct PwqualityFact: FactCollector {
    static let prefix = "pwquality"
    private static let path = "/etc/security/pwquality.conf"
    private static let defaults = [
        "difok": "1", "minlen": "8", "dcredit": "0", "ucredit": "0", "lcredit": "0", "ocredit": "0", "minclass": "0",
        "maxrepeat": "0", "maxclassrepeat": "0", "maxsequence": "0", "gecoscheck": "0", "dictcheck": "1",
        "usercheck": "1", "usersubstr": "0", "enforcing": "1", "retry": "1",
    ]
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func observe(_ name: Substring) -> Observation<FactValue> {
        PAMModuleSettings(
            module: "pam_pwquality", services: ["passwd", "common-password", "system-auth"], defaults: Self.defaults,
            flags: ["enforce_for_root", "local_users_only"]
        )
        .observe(name, settings: SettingsFile.read(Self.path, directory: Self.path + ".d", in: source.tree), source)
    }
}
