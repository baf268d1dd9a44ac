import HostModel

/// `journald.<Key>`: a setting of journald.conf(5) with its drop-ins, or its default; absent where journald is not installed.
///
/// `journald.storage_in_force` is `Storage` with `auto` worked out.
struct JournaldFact: FactCollector {
    static let prefix = "journald"
    private static let defaults = [
        "Storage": "auto", "Compress": "yes", "Seal": "yes", "SplitMode": "uid", "SyncIntervalSec": "5m",
        "RateLimitIntervalSec": "30s", "RateLimitBurst": "10000", "MaxRetentionSec": "0", "MaxFileSec": "1month",
        // Debian builds systemd with forwarding off, and rsyslog reads the journal itself.
        "ForwardToSyslog": "no", "ForwardToKMsg": "no", "ForwardToConsole": "no", "ForwardToWall": "yes",
        "Audit": "yes", "ReadKMsg": "yes", "MaxLevelStore": "debug",
    ]
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func observe(_ name: Substring) -> Observation<FactValue> {
        let programs = ["/usr/lib/systemd/systemd-journald", "/lib/systemd/systemd-journald"]
        guard programs.contains(where: { source.tree.hasFile($0) }) else {
            return .absent(why: "journald is not installed", from: programs[0])
        }
        if name == "storage_in_force" { return storageInForce() }
        return source.journald.setting(name, defaults: Self.defaults, else: "/etc/systemd/journald.conf")
    }

    /// What `Storage=auto` comes to: `persistent` where the directory on disk is there, else `volatile`.
    private func storageInForce() -> Observation<FactValue> {
        let directory = "/var/log/journal"
        let setting = source.journald.setting("Storage", defaults: Self.defaults, else: "/etc/systemd/journald.conf")
        guard case .seen(.text("auto"), let origin) = setting else { return setting }
        switch source.tree.observeFile(directory) {
        case .seen: return .seen(.text("persistent"), from: "\(origin), and \(directory)")
        case .absent: return .seen(.text("volatile"), from: "\(origin), and there is no \(directory)")
        case .unseen(let gap): return .unseen(gap)
        }
    }
}
