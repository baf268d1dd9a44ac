internal import HostModel
internal import LinuxSystem

/// Finds the network namespaces of the host: those some process or thread is in (`/proc/PID/task/TID/ns/net`), and those mounted at a
/// path in any mount namespace (`ip netns` and container runtimes do that). Namespaces that only an open file keeps alive are found
/// later, by the descriptors that hold them.
struct NamespaceDiscovery: Sendable {
    /// A way into one namespace.
    struct Entrance: Sendable {
        var id: UInt64
        /// The namespace itself, opened when it was found: the process that led to it may end before it is read. Nil where it may not
        /// be opened, or when too many are open already.
        var descriptor: NamespaceDescriptor?
        /// A path that opens it; nil when nobody may follow one.
        var path: String?
        /// Some processes in it, whose `/proc/PID/net` shows its tables.
        var processes: [Int32] = []
        /// What it is mounted as.
        var name: String?
    }

    private(set) var entrances: [UInt64: Entrance] = [:]
    private(set) var processes: [Int32] = []
    private(set) var gaps: [Gap] = []
    /// Processes whose namespace may not be read.
    private var refused: [Int32] = []
    /// The host's own mount namespace. Names count from there alone: in a mount namespace of his own, anybody can mount his network
    /// namespace as `blue`, and rules for `blue` would cover it.
    private var hostMounts: String?

    /// Looks at every process and every mount.
    init() {
        do throws(SystemError) {
            let proc = try Directory(opening: "/proc")
            try proc.forEachName { name in
                if let id = Int32(String(decoding: name.lazy.map(UInt8.init(bitPattern:)), as: UTF8.self)) {
                    processes.append(id)
                }
                return true
            }
            processes.sort()
            // Process 1's; where it may not be read, as in some sandboxes, this program's.
            hostMounts = (try? proc.linkTarget("1/ns/mnt")) ?? (try? proc.linkTarget("self/ns/mnt"))
            var mountNamespaces: Set<String> = []
            for process in processes { look(at: process, in: proc, &mountNamespaces) }
            if !refused.isEmpty { try tellRefusedApart(in: proc) }
        } catch {
            gaps.append(Gap(what: "processes in /proc", why: error.reason))
        }
    }

    /// Which namespaces the processes are in whose `ns/net` may not be read: their `/proc/PID/net` may be, and the files in it have
    /// inode numbers of their own in each namespace.
    private mutating func tellRefusedApart(in proc: borrowing Directory) throws(SystemError) {
        var known: Set<UInt64> = []
        for process in entrances.values.compactMap(\.processes.first) {
            if let table = try? proc.metadata(of: "\(process)/net/unix") { known.insert(table.inode) }  // it ended
        }
        var unreadable = 0
        for process in refused {
            do throws(SystemError) {
                let table = try proc.metadata(of: "\(process)/net/unix")
                guard known.insert(table.inode).inserted else { continue }
                entrances[table.inode] = Entrance(
                    id: table.inode, processes: [process], name: "namespace of process \(process)")
            } catch {
                if error.isPermission { unreadable += 1 }
            }
        }
        if unreadable > 0 {
            gaps.append(
                Gap(
                    what: "network namespaces of \(unreadable) processes", why: "not permitted to read /proc/PID/net",
                    remedy: rootRemedy))
        }
    }

    private mutating func look(at process: Int32, in proc: borrowing Directory, _ mountNamespaces: inout Set<String>) {
        do throws(SystemError) {
            let directory = try proc.directory(String(process))
            try note(directory.linkTarget("ns/net"), path: "/proc/\(process)/ns/net", process: process, name: nil)
            let mounts = try directory.linkTarget("ns/mnt")
            if !mountNamespaces.contains(mounts), readMounts(of: process, isHostMounts: mounts == hostMounts) {
                mountNamespaces.insert(mounts)
            }
            try lookAtThreads(of: process, in: directory)
        } catch {
            // A process that ended meanwhile has no namespace to show.
            if error.isPermission { refused.append(process) }
        }
    }

    /// A thread may be in a namespace of its own (unshare(2)). The directory's link count is two more than its threads.
    private mutating func lookAtThreads(of process: Int32, in directory: borrowing Directory) throws(SystemError) {
        let tasks = try directory.directory("task")
        guard try tasks.linkCount() > 3 else { return }
        for task in try tasks.entries() where task.name != String(process) {
            guard let link = try? tasks.linkTarget("\(task.name)/ns/net") else { continue }  // the thread ended
            note(link, path: "/proc/\(process)/task/\(task.name)/ns/net", process: nil, name: nil)
        }
    }

    private mutating func note(_ link: String, path: String, process: Int32?, name: String?) {
        guard let id = Self.namespaceID(link) else { return }
        var entrance = entrances[id] ?? Entrance(id: id)
        if entrance.descriptor == nil {
            do throws(SystemError) {
                entrance.descriptor = try NamespaceDescriptor(opening: path)
                entrance.path = path
            } catch {
                // What led here has ended; the namespace, if it lives on, is met again elsewhere.
                if error.isAbsence { return }
                entrance.path = entrance.path ?? path
            }
        }
        if let process, entrance.processes.count < 8 { entrance.processes.append(process) }
        entrance.name = entrance.name ?? name
        entrances[id] = entrance
    }

    /// Takes the namespaces mounted in the mount namespace of `process` (proc_pid_mountinfo(5): `id parent major:minor root point
    /// options … - type source options`; on nsfs the root is `net:[inode]`), with their names where those are the host's own mounts.
    ///
    /// - Returns: false when the process ended before its mounts were read, so that another in its namespace must be asked.
    private mutating func readMounts(of process: Int32, isHostMounts: Bool) -> Bool {
        guard let file = try? FileDescriptor.open(forReading: "/proc/\(process)/mountinfo"),
            let bytes = try? file.readAll(limit: 16 << 20, subject: "mountinfo"), !bytes.isEmpty
        else { return false }
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
            guard fields.count == 6 else { continue }
            let point = Self.unescape(fields[4])
            note(
                String(decoding: fields[3], as: UTF8.self), path: "/proc/\(process)/root\(point)", process: nil,
                name: isHostMounts ? point.split(separator: "/").last.map(String.init) : nil)
        }
        return true
    }

    /// `net:[4026531840]` as a number.
    static func namespaceID(_ link: String) -> UInt64? {
        guard link.hasPrefix("net:["), link.hasSuffix("]") else { return nil }
        return UInt64(link.dropFirst(5).dropLast())
    }

    /// Mount points have blanks and backslashes as three octal digits.
    private static func unescape(_ field: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        var rest = field
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3,
                let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
