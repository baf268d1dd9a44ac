private import Glibc
private import Synchronization

/// A file system where this process sees it.
struct SeenMount: Sendable {
    let id: UInt64
    let device: DeviceNumber
    let typeName: String
    /// Whether the program that serves it is a user's (fuse(4)). `fuseblk` lies on a disk, which takes root.
    let isUsers: Bool

    /// A line of proc_pid_mountinfo(5): `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`. Spaces in paths are escaped.
    init?(_ line: ArraySlice<UInt8>) {
        let fields = line.split(separator: 0x20)
        guard fields.count > 6, let mark = fields[6...].firstIndex(where: { $0.elementsEqual("-".utf8) }),
            mark + 3 < fields.count, let id = UInt64(decimal: fields[0]), let device = DeviceNumber(fields[2])
        else { return nil }
        let (type, options) = (fields[mark + 1], fields[mark + 3])
        self.id = id
        self.device = device
        typeName = String(decoding: type, as: UTF8.self)
        isUsers =
            (type.elementsEqual("fuse".utf8) || type.starts(with: "fuse.".utf8))
            && !options.split(separator: UInt8(ascii: ",")).contains { $0.elementsEqual("user_id=0".utf8) }
    }
}

/// A device by its two numbers (makedev(3)).
struct DeviceNumber: Sendable, Hashable {
    let major, minor: UInt32

    init(major: UInt32, minor: UInt32) { (self.major, self.minor) = (major, minor) }

    /// `98:0`.
    init?(_ text: ArraySlice<UInt8>) {
        let numbers = text.split(separator: UInt8(ascii: ":"))
        guard numbers.count == 2, let major = UInt32(decimal: numbers[0]), let minor = UInt32(decimal: numbers[1])
        else { return nil }
        self.init(major: major, minor: minor)
    }
}

/// The mounts that this process sees, read anew only when there are others: a host with containers has hundreds, and writing and reading
/// their lines for every command of a user is most of what looking at its files takes.
enum SeenMounts {
    private struct Reading: Sendable {
        /// An open `mountinfo`, which poll(2) finds changed once after each mount and unmount (POLLERR, POLLPRI; proc_pid_mounts(5)).
        let watch: SharedDescriptor
        let mounts: [SeenMount]
    }

    private static let latest = Mutex<Reading?>(nil)
    private static let path = "/proc/self/mountinfo"

    static func current() throws(SystemError) -> [SeenMount] {
        try latest.withLock { latest throws(SystemError) in
            if let latest, !hasChanged(latest.watch) { return latest.mounts }
            // What changes from here on is found by the next to ask: what is watched was opened, or asked, before this reading.
            let watch: SharedDescriptor
            if let latest { watch = latest.watch } else { watch = SharedDescriptor(try .open(forReading: path)) }
            latest = nil
            let lines = try FileDescriptor.open(forReading: path).readAll(limit: 16 << 20, subject: path)
            let mounts = lines.split(separator: 0x0a).compactMap(SeenMount.init)
            latest = Reading(watch: watch, mounts: mounts)
            return mounts
        }
    }

    /// Whether mounts changed since this was asked, or cannot be told not to have.
    private static func hasChanged(_ watch: SharedDescriptor) -> Bool {
        var event = pollfd(fd: watch.number, events: Int16(POLLPRI), revents: 0)
        return poll(&event, 1, 0) != 0
    }
}
