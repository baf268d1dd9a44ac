package import HostModel
package import LinuxSystem

/// All processes of the running system.
package enum ProcessList {
    /// Processes that end while they are read are left out: they are no longer there.
    package static func read(_ tree: FileTree) -> Observation<[HostProcess]> {
        do throws(SystemError) {
            let reader = try ProcessReader(tree)
            let proc = try tree.directory("/proc")
            let ids = try proc.entries().compactMap { Int32($0.name) }.sorted()
            return .seen(ids.compactMap { reader.read(ProcessID($0), in: proc) }, from: "/proc")
        } catch {
            return .unseen(Gap(what: "processes", why: error.description))
        }
    }
}
