private import CLinux
private import Glibc

/// A control group of a command's own (cgroups(7), version 2): what the command starts stays in it however often it forks, opens sessions
/// and loses its parents. Root could move a process out; nobody else can.
package final class ControlGroup: Sendable {
    package let path: String
    /// `cgroup.procs`, open for writing: the command enters by it.
    let entrance: SharedDescriptor
    /// `cgroup.kill`, open for writing; nil before Linux 5.14.
    let killer: SharedDescriptor?

    /// Makes a group `name` below `parent`, a directory of a mounted cgroup2 file system that is ours to divide (`Delegate=yes`).
    package init(name: String, in parent: String) throws(SystemError) {
        let path = "\(parent)/\(name)"
        self.path = path
        try systemCall("create", on: path) { mkdir(path, 0o755) }
        do throws(SystemError) {
            entrance = SharedDescriptor(
                owning: try systemCall("open", on: path) {
                    bailey_open("\(path)/cgroup.procs", O_WRONLY | O_NOFOLLOW, 0)
                })
            killer = try Self.killer(in: path)
        } catch {
            rmdir(path)
            throw error
        }
    }

    /// The group is removed once it is empty; the kernel refuses as long as it is not.
    deinit { rmdir(path) }

    /// Whether a process is in it.
    package func isPopulated() throws(SystemError) -> Bool {
        let text = try Directory(opening: path).prefix(of: "cgroup.events", limit: 4096)
        return String(decoding: text, as: UTF8.self).split(separator: "\n").contains("populated 1")
    }

    private static func killer(in path: String) throws(SystemError) -> SharedDescriptor? {
        do throws(SystemError) {
            return SharedDescriptor(
                owning: try systemCall("open", on: path) {
                    bailey_open("\(path)/cgroup.kill", O_WRONLY | O_NOFOLLOW, 0)
                })
        } catch  where error.isAbsence {
            return nil
        }
    }

    /// Kills every process in it at once, forks included (`cgroup.kill`, Linux 5.14).
    package func killAll() throws(SystemError) {
        guard let killer else { throw SystemError("kill", path, code: .unsupported) }
        try killer.descriptor.write("1".utf8, subject: path)
    }

    /// Where the group this process is in lies in the mounted tree; nil where no cgroup2 file system is mounted.
    package static func own() throws(SystemError) -> String? {
        let text = String(
            decoding: try Directory(opening: "/proc/self").prefix(of: "cgroup", limit: 16 << 10), as: UTF8.self)
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("0::") }) else { return nil }
        for mount in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] {
            guard try FileTree().exists(mount), try isUnified(mount) else { continue }
            let group = line.dropFirst("0::".count)
            return group == "/" ? mount : mount + group
        }
        return nil
    }

    private static func isUnified(_ path: String) throws(SystemError) -> Bool {
        let directory = try Directory(opening: path)
        let number = directory.descriptor.number
        // CGROUP2_SUPER_MAGIC (statfs(2)).
        return try systemCall("statfs", on: path) { bailey_file_system_type(number) } == 0x6367_7270
    }
}
