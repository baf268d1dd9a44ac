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
    /// The mount that it was opened through. No other has that number as long as the file is open. Nil before Linux 5.8.
    private let mountID: UInt64?
    private let device: DeviceNumber
    private let special: DeviceNumber

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
        mountID = glance.has_mount != 0 ? glance.mount : nil
        device = DeviceNumber(major: glance.device.0, minor: glance.device.1)
        special = DeviceNumber(major: glance.special.0, minor: glance.special.1)
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
    var isNull: Bool { special == DeviceNumber(major: 1, minor: 3) }

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
    private func mount() throws(SystemError) -> SeenMount {
        let mounts = try SeenMounts.current()
        guard
            let mount = mounts.first(where: { $0.id == mountID })
                ?? mounts.first(where: { $0.device == device })
        else {
            throw SystemError("trust", "a file system that is not mounted where the broker runs", code: .notPermitted)
        }
        return mount
    }
}
