private import CLinux
private import Glibc

/// An open file that somebody else opened, as far as the kernel knows it without asking whoever serves it.
///
/// fstat(2), fstatfs(2), an ioctl(2) and a read of a file of FUSE are answered by its user's program, with any error and whenever it likes;
/// an overlay on top of one hands them down under a name of its own, and anybody mounts both in a user namespace. So what root is to read
/// or write for others lies on a file system of `localTypes` that is mounted where the broker itself is, which takes root:
///
///     regular file, pipe with a name    mounted here, of a local type        taken
///                                       regular, of tmpfs or memfd_create(2) taken, wherever it is mounted
///                                       proc, sysfs, cgroup2, FUSE, NFS ...  refused: waits, or gives root what its opener would not get
///                                       mounted elsewhere only               refused, whatever it calls itself
///     pipe without a name, socket       nobody but the kernel                taken
struct ForeignFile {
    let kind: FileMetadata.Kind
    let size: Int64
    private let file: SharedDescriptor
    private let device: String
    private let special: (major: UInt32, minor: UInt32)

    /// What disks, images and memory hold (filesystems(5)), and overlays, which only root mounts where the broker is.
    private static let localTypes: Set<String> = [
        "bcachefs", "btrfs", "erofs", "exfat", "ext2", "ext3", "ext4", "f2fs", "iso9660", "jfs", "nilfs2", "ntfs3",
        "overlay", "ramfs", "reiserfs", "squashfs", "tmpfs", "udf", "vfat", "xfs", "zfs",
    ]

    init(_ file: SharedDescriptor) throws(SystemError) {
        self.file = file
        var glance = bailey_glance()
        let number = file.number
        try systemCall("look at", on: "open file", isForeign: true) { bailey_glance(number, &glance) }
        var status = stat()
        status.st_mode = glance.mode
        kind = FileMetadata(status).kind
        size = Int64(clamping: glance.size)
        device = "\(glance.device.0):\(glance.device.1)"
        special = (glance.special.0, glance.special.1)
    }

    /// What the same file is used by so that no use of it waits for whoever else has it, and whether that is a socket, which is told not to
    /// wait with each use. Nil for a file of a kind whose owner could keep us waiting.
    /// - Parameters:
    ///   - flags: how a pipe is opened once more.
    ///   - takesDevice: whether a character device is one that never waits.
    func withoutWaiting(
        _ flags: Int32, takesDevice: (ForeignFile) -> Bool
    ) throws(SystemError) -> (file: SharedDescriptor, isSocket: Bool)? {
        switch kind {
        case .socket: return (file, true)
        case .fifo:
            // An opening of our own, whose flags are ours (proc_pid_fd(5)). Where the pipe has a name its file system is asked for leave.
            try checkIsLocal()
            let link = "/proc/self/fd/\(file.number)"
            let opened = try systemCall("open", on: "pipe", isForeign: true) {
                bailey_open(link, flags | O_NONBLOCK, 0)
            }
            return (SharedDescriptor(owning: opened), false)
        case .regular:
            try checkIsLocal()
            return (file, false)
        case .characterDevice where takesDevice(self): return (file, false)
        default: return nil
        }
    }

    /// Whether it is `/dev/null` (null(4)).
    var isNull: Bool { special == (1, 3) }

    /// Whether it is `/dev/null`, `/dev/zero`, `/dev/full` or one of those of random numbers (null(4), full(4), random(4)).
    var isMemoryDevice: Bool { special.major == 1 && [3, 5, 7, 8, 9].contains(special.minor) }

    /// - Throws: for a regular file or a pipe with a name that does not lie on a local file system.
    func checkIsLocal() throws(SystemError) {
        if bailey_is_in_memory(file.number) == 1 { return }
        // The kernel's own name of a pipe that has none; any other begins with the slash of a path, or is "(unreachable)".
        if kind == .fifo, try file.path().hasPrefix("pipe:[") { return }
        let mount = try mount()
        guard Self.localTypes.contains(mount.typeName) else {
            throw SystemError("trust", "a file of a file system of type \(mount.typeName)", code: .notPermitted)
        }
    }

    /// That whoever closes it need wait for no program of a user's. Each close(2) of a file of FUSE waits for an answer (`FLUSH`,
    /// fuse_flush in the kernel), without an end and whoever kills it; one of an overlay above hands that down. Root's own
    /// file systems may be slow too, and are root's to mend.
    ///
    /// - Throws: for a regular file of a file system that a user mounted, and of one that is not mounted where the broker is.
    func checkClosesAtOnce() throws(SystemError) {
        guard kind == .regular, bailey_is_in_memory(file.number) != 1 else { return }
        let mount = try mount()
        guard !mount.isUsers else {
            throw SystemError(
                "trust", "a file that a user's own program serves (\(mount.typeName))", code: .notPermitted)
        }
    }

    /// What it lies on, of the mounts that the broker sees.
    private func mount() throws(SystemError) -> Mount {
        let mounts = try Self.mounts()
        let id = try mountID()
        guard
            let mount = mounts.first(where: { $0.id == id })
                ?? mounts.first(where: { $0.device.elementsEqual(device.utf8) })
        else {
            throw SystemError("trust", "a file system that is not mounted where the broker runs", code: .notPermitted)
        }
        return mount
    }

    /// The mount that it was opened through (`mnt_id`, proc_pid_fdinfo(5)). No other has that number as long as the file is open.
    private func mountID() throws(SystemError) -> ArraySlice<UInt8>? {
        let lines = try Self.lines(of: "/proc/self/fdinfo/\(file.number)")
        return lines.first { $0.starts(with: "mnt_id:".utf8) }?.split { $0 == 0x20 || $0 == 0x09 }.last
    }

    private struct Mount {
        let id, device, type, options: ArraySlice<UInt8>

        var typeName: String { String(decoding: type, as: UTF8.self) }

        /// Whether the program that serves it is a user's (fuse(4)). `fuseblk` lies on a disk, which takes root.
        var isUsers: Bool {
            (type.elementsEqual("fuse".utf8) || type.starts(with: "fuse.".utf8))
                && !options.split(separator: UInt8(ascii: ",")).contains { $0.elementsEqual("user_id=0".utf8) }
        }
    }

    /// Those that this process sees (proc_pid_mountinfo(5)): `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`. Spaces in
    /// paths are escaped.
    private static func mounts() throws(SystemError) -> [Mount] {
        try lines(of: "/proc/self/mountinfo").compactMap { line in
            let fields = line.split(separator: 0x20)
            guard fields.count > 6, let mark = fields[6...].firstIndex(where: { $0.elementsEqual("-".utf8) }),
                let options = fields.last, mark + 3 < fields.count
            else { return nil }
            return Mount(id: fields[0], device: fields[2], type: fields[mark + 1], options: options)
        }
    }

    private static func lines(of path: String) throws(SystemError) -> [ArraySlice<UInt8>] {
        try FileDescriptor.open(forReading: path).readAll(limit: 16 << 20, subject: path).split(separator: 0x0a)
    }
}
