import HostModel

/// `coredump.<Key>`: a setting of coredump.conf(5), or its default; absent without systemd-coredump.
struct CoreDumpFact: FactCollector {
    static let prefix = "coredump"
    private static let defaults = [
        "Storage": "external", "Compress": "yes", "ProcessSizeMax": "32G", "ExternalSizeMax": "32G",
        "JournalSizeMax": "767M", "MaxUse": "", "KeepFree": "",
    ]
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func observe(_ name: Substring) -> Observation<FactValue> {
        let programs = ["/usr/lib/systemd/systemd-coredump", "/lib/systemd/systemd-coredump"]
        guard programs.contains(where: { source.tree.hasFile($0) }) else {
            return .absent(why: "systemd-coredump is not installed", from: programs[0])
        }
        return SettingsFile.systemd("coredump.conf", in: source.tree)
            .setting(name, defaults: Self.defaults, else: "/etc/systemd/coredump.conf")
    }
}
