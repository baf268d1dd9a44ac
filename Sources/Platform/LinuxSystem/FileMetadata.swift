private import CLinux
internal import Glibc

/// What stat(2) says of a file.
package struct FileMetadata: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case regular, directory, symbolicLink, socket, fifo, characterDevice, blockDevice, unknown
    }

    package var kind: Kind
    /// Permission bits with set-user-id, set-group-id and sticky: the low 12 bits of the mode.
    package var permissions: UInt16
    package var owner: UInt32
    package var group: UInt32
    package var size: Int64
    /// Seconds since the epoch of the last change of content.
    package var modifiedAt: Int64
    package var device: UInt64
    package var inode: UInt64
    package var linkCount: Int

    init(_ status: stat) {
        kind =
            switch bailey_file_kind(status.st_mode) {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            case S_IFSOCK: .socket
            case S_IFIFO: .fifo
            case S_IFCHR: .characterDevice
            case S_IFBLK: .blockDevice
            default: .unknown
            }
        permissions = UInt16(status.st_mode & 0o7777)
        owner = status.st_uid
        group = status.st_gid
        size = Int64(status.st_size)
        modifiedAt = Int64(status.st_mtim.tv_sec)
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        linkCount = Int(status.st_nlink)
    }

    package var isWritableByAnyone: Bool { permissions & 0o002 != 0 }
    /// For a directory: whether others than its owner and group may pass through it (path_resolution(7)).
    package var isEnterableByAnyone: Bool { permissions & 0o001 != 0 }
    package var isWritableByGroup: Bool { permissions & 0o020 != 0 }

    /// The permission bits as four octal digits: `0640`.
    package var permissionText: String {
        let digits = String(permissions, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
