import Dispatch
import HostModel
import LinuxSystem
import Synchronization

/// Looks at every file of the local file systems for programs that give rights away.
///
/// The tree is read one level after the other, the directories of a level by several threads. A file system is entered at the place it is
/// mounted, and nowhere else; a link is never followed. Not looked at, because no ordinary user gets anything from there: what is
/// mounted `nosuid` or `noexec`, and what is in a directory that root alone may enter. Not looked at, and said so: what is on
/// another host, what is deeper than a path can be long, and everything beyond `limit`.
struct FileSystemWalk {
    struct Found: Sendable {
        var file: HostFile
        var capabilities: [String]
        fileprivate var device: UInt64
        fileprivate var inode: UInt64
    }

    /// Files and directories. A host with more is not a host.
    private static let limit = 50_000_000
    private static let foundLimit = 10_000
    private static let depthLimit = 256
    /// Directories that a thread takes at once.
    private static let share = 64
    /// What the kernel makes up (filesystems(5)), and where a device that is not a file system's own is shown.
    private static let kernelTypes: Set<String> = [
        "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "efivarfs", "fusectl",
        "hugetlbfs", "mqueue", "nfsd", "nsfs", "proc", "pstore", "ramfs", "rpc_pipefs", "securityfs", "selinuxfs",
        "sysfs", "tracefs",
    ]
    /// Walking these would wait for other hosts.
    private static let remoteTypes: Set<String> = [
        "9p", "afs", "ceph", "cifs", "gfs2", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "smb3", "smbfs",
        "virtiofs",
    ]

    private let tree: FileTree
    private let isLive: Bool
    /// Nil where mounts could not be read: then a directory on another device is left out, and said to be.
    private let mounts: MountTable?
    /// Whether root is alone in its group.
    private let rootGroupIsClosed: Bool
    private(set) var found: [Found] = []
    private(set) var examined = 0
    private(set) var closedDirectories = 0
    private(set) var inertMounts: [String] = []
    private(set) var gaps: [Gap] = []

    init(_ source: FactSource) {
        tree = source.tree
        isLive = source.isLive
        mounts = source.isLive ? source.mounts.value : nil
        let rootGroup = source.accounts.value.flatMap { accounts in
            accounts.groups.first { $0.groupID == 0 }.map { accounts.members(of: $0) }
        }
        rootGroupIsClosed = rootGroup.map { Set($0).isSubset(of: ["root"]) } ?? false
        var level: [Place] = []
        for start in starts() {
            // Unmounted since.
            guard let metadata = try? tree.metadata(of: start, followingLinks: false) else { continue }
            level.append(Place(path: start == "/" ? "" : start, device: metadata.device))
        }
        walk(from: level)
        // One file may have several names, and one file system several places.
        var seen: Set<[UInt64]> = []
        found.sort { $0.file.path < $1.file.path }
        found.removeAll { !seen.insert([$0.device, $0.inode]).inserted }
    }

    /// Where local file systems are mounted that programs may be run from with rights of their own; the top where mounts are not known.
    private mutating func starts() -> [String] {
        guard let mounts else { return ["/"] }
        var starts: [String] = []
        for mount in mounts.all.sorted(by: { $0.path < $1.path }) {
            if Self.kernelTypes.contains(mount.type) { continue }
            if mount.options.contains("nosuid") || mount.options.contains("noexec") {
                inertMounts.append(mount.path)
            } else if mount.path != "/", Self.remoteTypes.contains(mount.type) || mount.type.hasPrefix("fuse.") {
                gaps.append(
                    Gap(
                        what: "programs on \(mount.path)", why: "its file system (\(mount.type)) is another host's",
                        remedy: "mount it nosuid"))
            } else {
                starts.append(mount.path)
            }
        }
        return starts
    }

    private mutating func walk(from start: [Place]) {
        var level = start
        var unread: [SystemError] = []
        var unreadCount = 0
        var otherDevices: [String] = []
        for _ in 0..<Self.depthLimit where !level.isEmpty {
            let reading = LevelReading(self)
            let parts = reading.read(level, by: Self.share)
            level = []
            for part in parts {
                examined += part.examined
                closedDirectories += part.closed
                found += part.found
                level += part.directories
                otherDevices += part.otherDevices
                unreadCount += part.unread.count
                unread += part.unread.prefix(10 - min(10, unread.count))
            }
            if examined > Self.limit || found.count > Self.foundLimit { break }
        }
        if !level.isEmpty {
            gaps.append(Gap(what: "programs with rights of their own", why: "there are too many files to look at all"))
        }
        if let first = unread.first {
            let others = unreadCount > 1 ? " and \(unreadCount - 1) more directories" : ""
            gaps.append(first.gap("programs in \(first.subject)\(others)"))
        }
        if let first = otherDevices.first {
            let others = otherDevices.count > 1 ? " and \(otherDevices.count - 1) more places" : ""
            gaps.append(
                Gap(what: "programs in \(first)\(others)", why: "another file system is mounted there"))
        }
    }

    /// A directory to be read.
    fileprivate struct Place: Sendable {
        /// Empty for the top.
        var path: String
        /// The file system it is expected on.
        var device: UInt64
    }

    /// What one thread has seen.
    fileprivate struct Part: Sendable {
        var examined = 0
        var closed = 0
        var found: [Found] = []
        var directories: [Place] = []
        var otherDevices: [String] = []
        var unread: [SystemError] = []
    }

    /// What reading one level of the tree needs, for all threads.
    fileprivate struct LevelReading: Sendable {
        private let tree: FileTree
        private let isLive: Bool
        private let mountPoints: Set<String>?
        private let rootGroupIsClosed: Bool

        init(_ walk: FileSystemWalk) {
            (tree, isLive, rootGroupIsClosed) = (walk.tree, walk.isLive, walk.rootGroupIsClosed)
            mountPoints = walk.mounts.map { Set($0.all.map(\.path)) }
        }

        /// In the order of the places, whichever thread was faster.
        func read(_ places: [Place], by share: Int) -> [Part] {
            let count = (places.count + share - 1) / share
            // On the thread of the caller, whose rights on files may be other ones.
            if count <= 1 { return [read(places[...])] }
            let parts = Mutex([Part?](repeating: nil, count: count))
            DispatchQueue.concurrentPerform(iterations: count) { index in
                let part = read(places[(index * share)..<min(places.count, (index + 1) * share)])
                parts.withLock { $0[index] = part }
            }
            return parts.withLock { $0.compactMap(\.self) }
        }

        private func read(_ places: ArraySlice<Place>) -> Part {
            var part = Part()
            for place in places {
                do throws(SystemError) {
                    try read(place, into: &part)
                } catch {
                    // Removed, or replaced by a link, since its parent was read.
                    if error.isAbsence { continue }
                    let path = place.path.isEmpty ? "/" : place.path
                    if error.isPermission, let directory = try? tree.metadata(of: path, followingLinks: false),
                        isClosed(directory)
                    {
                        part.closed += 1
                    } else {
                        part.unread.append(error)
                    }
                }
            }
            return part
        }

        private func read(_ place: Place, into part: inout Part) throws(SystemError) {
            let directory = try tree.directory(place.path.isEmpty ? "/" : place.path, followingLinks: false)
            let metadata = try directory.metadata()
            part.examined += 1
            guard metadata.device == place.device || isPartOfFileSystem(place.path) else {
                if isLive || !["/proc", "/sys", "/dev", "/run"].contains(place.path) {
                    part.otherDevices.append(place.path)
                }
                return
            }
            if isClosed(metadata) {
                part.closed += 1
                return
            }
            let listing = try directory.programs(limit: 5_000_000)
            part.examined += listing.fileCount
            for name in listing.directories {
                let path = "\(place.path)/\(name)"
                if mountPoints?.contains(path) ?? false { continue }
                part.directories.append(Place(path: path, device: metadata.device))
            }
            for (name, metadata) in listing.programs {
                examine(name, metadata, in: directory, place.path, &part)
            }
        }

        /// A subvolume has a device number of its own without being mounted (btrfs(5)); where mounts are known, what is not one of
        /// them belongs to the file system around it.
        private func isPartOfFileSystem(_ path: String) -> Bool { mountPoints.map { !$0.contains(path) } ?? false }

        /// Nobody but root gets through it to what is inside. An access control list for others shows as rights of the group
        /// (acl(5)).
        private func isClosed(_ directory: FileMetadata) -> Bool {
            directory.owner == 0 && directory.permissions & 0o001 == 0
                && (directory.permissions & 0o010 == 0 || (rootGroupIsClosed && directory.group == 0))
        }

        private func examine(
            _ name: String, _ metadata: FileMetadata, in directory: borrowing Directory, _ parent: String,
            _ part: inout Part
        ) {
            let capabilities = directory.fileCapabilities(of: name).flatMap { $0.countOnHost ? $0 : nil }
            guard metadata.permissions & 0o6000 != 0 || capabilities != nil else { return }
            part.found.append(
                Found(
                    file: HostFile(path: "\(parent)/\(name)", metadata),
                    capabilities: CapabilityName.names(in: capabilities?.permitted ?? 0), device: metadata.device,
                    inode: metadata.inode))
        }
    }
}
