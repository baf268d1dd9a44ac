import HostModel

/// `journald.<Key>`: a setting of journald.conf(5) with its drop-ins, or its default; absent where journald is not installed.
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
        return source.journald.setting(name, defaults: Self.defaults, else: "/etc/systemd/journald.conf")
    }
}
