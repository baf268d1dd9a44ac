private import CLinux
private import Glibc

/// An open directory.
package struct Directory: ~Copyable, Sendable {
    let descriptor: FileDescriptor
    package let path: String

    package init(opening path: String) throws(SystemError) {
        let number = try systemCall("open", on: path) { bailey_open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK, 0) }
        self.init(owning: FileDescriptor(owning: number), path: path)
    }

    init(owning descriptor: consuming FileDescriptor, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Opens the directory `name` inside this one.
    package func directory(_ name: String) throws(SystemError) -> Directory {
        let parent = descriptor.number
        let number = try systemCall("open", on: "\(path)/\(name)") {
            bailey_openat(parent, name, O_RDONLY | O_DIRECTORY | O_NONBLOCK, 0)
        }
        return Directory(owning: FileDescriptor(owning: number), path: "\(path)/\(name)")
    }

    /// Opens the file `name` inside this directory for reading.
    package func open(_ name: String) throws(SystemError) -> FileDescriptor {
        let parent = descriptor.number
        return FileDescriptor(
            owning: try systemCall("open", on: "\(path)/\(name)") {
                bailey_openat(parent, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0)
            })
    }

    /// Reads the file `name` up to `limit` bytes and drops what is beyond.
    package func prefix(of name: String, limit: Int) throws(SystemError) -> [UInt8] {
        let file = try open(name)
        return try file.readPrefix(limit: limit, subject: "\(path)/\(name)").bytes
    }

    /// Its own inode number.
    package func inode() throws(SystemError) -> UInt64 { try descriptor.metadata(subject: path).inode }

    /// How many links point to it: on procfs, two more than the directories in it.
    package func linkCount() throws(SystemError) -> Int { try descriptor.metadata(subject: path).linkCount }

    /// Metadata of what `name` inside it leads to, or of the link itself.
    package func metadata(of name: String, followingLinks: Bool = true) throws(SystemError) -> FileMetadata {
        var status = stat()
        let parent = descriptor.number
        let flags = followingLinks ? 0 : AT_SYMLINK_NOFOLLOW
        try systemCall("stat", on: "\(path)/\(name)") { fstatat(parent, name, &status, flags) }
        return FileMetadata(status)
    }

    /// The target of the symbolic link `name`.
    package func linkTarget(_ name: String) throws(SystemError) -> String {
        try LinuxSystem.linkTarget(name, in: descriptor.number, subject: "\(path)/\(name)")
    }

    /// The capabilities of the file `name`; nil when it has none.
    ///
    /// What stands in the way of reading the attribute is no error: a file system without it has no file capabilities.
    package func fileCapabilities(of name: String) -> FileCapabilities? {
        var bytes = [UInt8](repeating: 0, count: 24)
        let parent = descriptor.number
        // SAFETY: the kernel writes at most the array's count.
        let count = bytes.withUnsafeMutableBytes { bailey_capability_attribute(parent, name, $0.baseAddress, $0.count) }
        return count > 0 ? FileCapabilities(attribute: Array(bytes[..<count])) : nil
    }

    /// Calls `body` with the bytes of each name but `.` and `..`, in the order the kernel gives them.
    ///
    /// The names are zero-terminated and valid only during the call. Returns early, without error, when `body` returns false.
    package func forEachName(_ body: (UnsafeBufferPointer<CChar>) -> Bool) throws(SystemError) {
        try forEachRawEntry { name, _, _ in body(name) }
    }

    /// The names and kinds of everything in the directory, at most `limit`.
    package func entries(limit: Int = 100_000) throws(SystemError) -> [DirectoryEntry] {
        var entries: [DirectoryEntry] = []
        try forEachRawEntry { name, kind, inode in
            entries.append(
                DirectoryEntry(
                    name: String(decoding: name.lazy.map(UInt8.init(bitPattern:)), as: UTF8.self), kind: kind,
                    inode: inode))
            return entries.count <= limit
        }
        guard entries.count <= limit else { throw SystemError("list", path, code: .tooLarge) }
        return entries
    }

    /// The directories in it and the files that somebody may execute, in one pass: of every other file nothing is kept. Links are neither.
    ///
    /// - Parameter limit: more names than that are an error.
    package func programs(limit: Int) throws(SystemError) -> ProgramListing {
        var listing = ProgramListing()
        let number = descriptor.number
        try forEachRawEntry { name, kind, _ in
            listing.count += 1
            guard listing.count <= limit else { return false }
            guard kind == .directory || kind == .regular || kind == .unknown else { return true }
            func text() -> String { String(decoding: UnsafeRawBufferPointer(name), as: UTF8.self) }
            if kind == .directory {
                listing.directories.append(text())
                return true
            }
            var status = stat()
            // SAFETY: the name is zero-terminated. What is gone by now is no program any more.
            guard let start = name.baseAddress, fstatat(number, start, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
                return true
            }
            switch bailey_file_kind(status.st_mode) {
            case S_IFDIR: listing.directories.append(text())
            case S_IFREG:
                listing.fileCount += 1
                if status.st_mode & 0o111 != 0 { listing.programs.append((text(), FileMetadata(status))) }
            default: break
            }
            return true
        }
        guard listing.count <= limit else { throw SystemError("list", path, code: .tooLarge) }
        return listing
    }

    private func forEachRawEntry(
        _ body: (UnsafeBufferPointer<CChar>, FileMetadata.Kind, UInt64) -> Bool
    ) throws(SystemError) {
        let size = 32 << 10
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
        defer { buffer.deallocate() }
        let number = descriptor.number
        while true {
            let filled = try systemCall("list", on: path) { bailey_getdents(number, buffer.baseAddress, size) }
            if filled == 0 { return }
            var offset = 0
            // SAFETY: the kernel fills the buffer with whole linux_dirent64 records (getdents64(2)): u64 inode, i64 offset, u16 length,
            // u8 type, then a zero-terminated name; every length is checked against what was filled.
            while offset + 19 < filled {
                let length = Int(buffer.loadUnaligned(fromByteOffset: offset + 16, as: UInt16.self))
                guard length > 19, offset + length <= filled else { return }
                let inode = buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                let kind = buffer[offset + 18]
                let name = UnsafeRawBufferPointer(rebasing: buffer[(offset + 19)..<(offset + length)])
                let end = name.firstIndex(of: 0) ?? name.count
                offset += length
                if end == 0 || (name[0] == 0x2e && (end == 1 || (end == 2 && name[1] == 0x2e))) { continue }
                let goesOn = name.withMemoryRebound(to: CChar.self) {
                    body(UnsafeBufferPointer(rebasing: $0[..<end]), FileMetadata.Kind(directoryType: kind), inode)
                }
                if !goesOn { return }
            }
        }
    }
}

/// What a directory has of directories and of programs.
package struct ProgramListing: Sendable {
    package fileprivate(set) var directories: [String] = []
    /// Regular files with an execute bit.
    package fileprivate(set) var programs: [(name: String, metadata: FileMetadata)] = []
    /// How many regular files there are.
    package fileprivate(set) var fileCount = 0
    fileprivate var count = 0
}

/// One name in a directory. The kind is `unknown` on file systems that do not tell.
package struct DirectoryEntry: Sendable, Hashable {
    package let name: String
    package let kind: FileMetadata.Kind
    package let inode: UInt64
}

extension FileMetadata.Kind {
    fileprivate init(directoryType: UInt8) {
        self =
            switch Int(directoryType) {
            case DT_REG: .regular
            case DT_DIR: .directory
            case DT_LNK: .symbolicLink
            case DT_SOCK: .socket
            case DT_FIFO: .fifo
            case DT_CHR: .characterDevice
            case DT_BLK: .blockDevice
            default: .unknown
            }
    }
}

/// The target of the symbolic link at an absolute path, or of one in an open directory.
func linkTarget(
    _ name: String, in directory: Int32 = AT_FDCWD, subject: @autoclosure () -> String? = nil
) throws(SystemError) -> String {
    var target = [UInt8](repeating: 0, count: 4096)
    let count = try systemCall("readlink", on: subject() ?? name) {
        // SAFETY: the kernel writes at most the array's count.
        target.withUnsafeMutableBytes { bailey_readlinkat(directory, name, $0.baseAddress, $0.count) }
    }
    return String(decoding: target[..<count], as: UTF8.self)
}
