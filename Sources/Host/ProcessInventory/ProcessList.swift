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
            // Process 1 always exists: without it, the processes of others are hidden (proc(5), hidepid), and none of them can be said not
            // to run.
            guard ids.first == 1 else {
                return .unseen(
                    Gap(what: "processes of other users", why: "/proc is mounted with hidepid", remedy: "run as root"))
            }
            return .seen(ids.compactMap { reader.read(ProcessID($0), in: proc) }, from: "/proc")
        } catch {
            return .unseen(Gap(what: "processes", why: error.description))
        }
    }
}
