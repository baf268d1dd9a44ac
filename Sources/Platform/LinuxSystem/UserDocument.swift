private import CLinux
private import Glibc

/// A file of another user than root that is read and written back with that user's rights (`sudo -e -u USER`), for a requester that can
/// have put nothing else in its place: no link is followed anywhere on the way, and no directory on the way is one that the requester can
/// write (CVE-2021-23240, `sudoedit_checkdir` of sudoers(5)). What the user itself exchanges leads nowhere but where it may write anyway.
package struct UserDocument: Sendable {
    package let path: String
    /// What was in it; empty where there is no such file yet.
    package let content: [UInt8]
    private let way: Way
    /// Nil where there is no such file yet.
    private let original: Original?

    private struct Original: Sendable {
        /// What is written back goes here, whatever has the name by then.
        let file: SharedDescriptor
        let identity: FileIdentity
    }

    /// - Parameters:
    ///   - path: absolute, without `.` and `..`.
    ///   - user: with whose rights it is read and written.
    ///   - requester: whose own directories are refused; root's are not looked at, for root can write all of them.
    ///   - limit: bytes; a larger file is refused.
    package init(
        _ path: String, as user: Execution.Identity, for requester: Execution.Identity, limit: Int
    ) throws(UnfitDocument) {
        self.path = path
        way = try Way(to: path, user: user, requester: requester)
        let directories = try way.directories()
        (original, content) = try way.withRights { [way] () throws(UnfitDocument) in
            guard let place = try way.place(in: directories) else {
                try way.checkCreation(in: directories)
                return (nil, [])
            }
            let file = try Self.open(place, path: path)
            let original = Original(file: file, identity: try Self.identity(of: file, path: path))
            return (original, try unfit { () throws(SystemError) in try file.contents(limit: limit) })
        }
    }

    /// Writes it back, into the file that was read: its owner, mode and names stay. One that was changed or exchanged meanwhile is left
    /// alone, and so is one that there is no room for.
    package func replace(with bytes: [UInt8]) throws(UnfitDocument) {
        let directories = try way.directories()
        try way.withRights { [self] () throws(UnfitDocument) in
            guard let original else { return try way.create(bytes, in: directories) }
            guard let place = try way.place(in: directories),
                try Self.identity(of: place, path: path) == original.identity
            else { throw .changed(path: path) }
            try write(bytes, to: original.file)
        }
        if original == nil { try way.syncParent(in: directories) }
    }

    private func write(_ bytes: [UInt8], to file: SharedDescriptor) throws(UnfitDocument) {
        try unfit { () throws(SystemError) in try reserve(bytes.count, in: file) }
        do throws(SystemError) {
            try Self.overwrite(file, with: bytes, path: path)
        } catch {
            // Of a disk that is full all the same: what was there fits there, but where it had holes.
            do throws(SystemError) {
                try Self.overwrite(file, with: content, path: path)
            } catch let failure {
                throw .torn(path: path, why: error, restoring: failure)
            }
            throw .system(error)
        }
    }

    /// Before anything of the old is gone.
    private func reserve(_ size: Int, in file: SharedDescriptor) throws(SystemError) {
        // For nothing there is always room, and fallocate(2) takes no length of 0.
        guard size > 0 else { return }
        do throws(SystemError) {
            try systemCall("make room in", on: path) { bailey_reserve(file.number, Int64(size)) }
        } catch  where error.code == .unsupported {
            // Not every file system can say beforehand.
        }
    }

    private static func overwrite(_ file: SharedDescriptor, with bytes: [UInt8], path: String) throws(SystemError) {
        let number = file.number
        try systemCall("rewind", on: path) { lseek(number, 0, SEEK_SET) }
        try file.descriptor.write(bytes, subject: path)
        try systemCall("truncate", on: path) { ftruncate(number, off_t(bytes.count)) }
        try systemCall("sync", on: path) { fdatasync(number) }
    }

    /// By way of the place itself, so that what is opened is what was looked at.
    private static func open(_ place: SharedDescriptor, path: String) throws(UnfitDocument) -> SharedDescriptor {
        let kind = try unfit { () throws(SystemError) in try place.descriptor.metadata(subject: path).kind }
        switch kind {
        case .regular: break
        case .symbolicLink: throw .link(path: path)
        default: throw .notRegularFile(path: path)
        }
        return try unfit { () throws(SystemError) in
            let link = "/proc/self/fd/\(place.number)"
            return SharedDescriptor(
                owning: try systemCall("open", on: path) { bailey_open(link, O_RDWR | O_NOCTTY | O_NONBLOCK, 0) })
        }
    }

    private static func identity(of file: SharedDescriptor, path: String) throws(UnfitDocument) -> FileIdentity {
        try unfit { () throws(SystemError) in try FileIdentity(of: file.descriptor, subject: path) }
    }
}

/// Why a file is not edited for another user.
package enum UnfitDocument: Error, Sendable, Hashable, CustomStringConvertible {
    case system(SystemError)
    case notDirectory(path: String)
    /// On the way, or in the file's own place.
    case link(path: String)
    case notRegularFile(path: String)
    /// The requester could put another file there.
    case directoryOfRequester(path: String)
    /// On a file system that an ordinary user may run (FUSE), which can say of its files what it likes.
    case userFileSystem(path: String)
    /// It is no longer the file that was read.
    case changed(path: String)
    /// It could not be written, and what was in it could not be put back: it holds a part of either.
    case torn(path: String, why: SystemError, restoring: SystemError)

    package var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .notDirectory(let path): "\(path) is not a directory"
        case .link(let path): "\(path) is a symbolic link, and editing does not follow links"
        case .notRegularFile(let path): "\(path) is not a regular file"
        case .directoryOfRequester(let path):
            "files in a writable directory are not edited: the requester can write \(path) itself"
        case .userFileSystem(let path): "\(path) is on a file system that a user may run (FUSE)"
        case .changed(let path): "\(path) was changed by somebody else meanwhile"
        case .torn(let path, let why, let restoring):
            "\(path) is damaged: it could not be written (\(why)), and what was in it could not be put back (\(restoring))"
        }
    }
}

private func unfit<Result>(_ body: () throws(SystemError) -> Result) throws(UnfitDocument) -> Result {
    do throws(SystemError) { return try body() } catch { throw .system(error) }
}

/// The directories from `/` to where a document is, walked one at a time.
private struct Way: Sendable {
    let path: String
    let user: Execution.Identity
    let requester: Execution.Identity
    private let names: [String]
    private let name: String

    init(to path: String, user: Execution.Identity, requester: Execution.Identity) throws(UnfitDocument) {
        let parts = path.pathNames
        guard path.isAbsolutePath, path.utf8.count < 4096, !path.utf8.contains(0), let name = parts.last,
            !parts.contains("."), !parts.contains("..")
        else { throw .system(SystemError("edit", path, code: .invalid)) }
        (self.path, self.user, self.requester, self.name) = (path, user, requester, name)
        names = parts.dropLast()
    }

    func withRights<Result: Sendable>(
        _ body: @escaping @Sendable () throws(UnfitDocument) -> Result
    ) throws(UnfitDocument) -> Result {
        try Self.run(as: user, body)
    }

    private static func run<Result: Sendable>(
        as identity: Execution.Identity, _ body: @escaping @Sendable () throws(UnfitDocument) -> Result
    ) throws(UnfitDocument) -> Result {
        try unfit { () throws(SystemError) in
            try FileRights.run(as: identity) { Swift.Result { () throws(UnfitDocument) in try body() } }
        }.get()
    }

    /// Each directory on the way, held: what the user may pass through, and the requester cannot write.
    func directories() throws(UnfitDocument) -> [SharedDescriptor] {
        let directories = try withRights { () throws(UnfitDocument) in try walk() }
        guard requester.user != 0 else { return directories }
        try Self.run(as: requester) { () throws(UnfitDocument) in
            for (depth, directory) in directories.enumerated() {
                if try isWritable(directory, depth) { throw .directoryOfRequester(path: path(depth)) }
            }
        }
        return directories
    }

    private func path(_ depth: Int) -> String { "/" + names.prefix(depth).joined(separator: "/") }

    private func walk() throws(UnfitDocument) -> [SharedDescriptor] {
        let root = try unfit { () throws(SystemError) in try SharedDescriptor.directory("/") }
        try Self.checkFileSystem(of: root, path: "/")
        var directories = [root]
        for (depth, name) in names.enumerated() {
            let path = path(depth + 1)
            guard let place = try Self.place(name, in: directories[depth], path: path) else {
                throw .system(SystemError("open", path, code: .notFound))
            }
            let kind = try unfit { () throws(SystemError) in try place.descriptor.metadata(subject: path).kind }
            guard kind == .directory else {
                throw kind == .symbolicLink ? .link(path: path) : .notDirectory(path: path)
            }
            directories.append(place)
        }
        return directories
    }

    /// Before anything is asked of what is there, or looked up in it: whoever runs such a file system hears of both, and answers when and
    /// what it likes.
    private static func checkFileSystem(of place: SharedDescriptor, path: String) throws(UnfitDocument) {
        do throws(UnfitProgram) {
            try TrustedPath.checkFileSystem(of: place.descriptor, path: path)
        } catch .unreadable(let error) {
            throw .system(error)
        } catch {
            throw .userFileSystem(path: path)
        }
    }

    /// Its owner could make it writable at any time.
    private func isWritable(_ directory: SharedDescriptor, _ depth: Int) throws(UnfitDocument) -> Bool {
        try unfit { () throws(SystemError) in
            if try directory.descriptor.metadata(subject: path(depth)).owner == requester.user { return true }
            return try Self.mayWrite(directory, path: path(depth))
        }
    }

    private static func mayWrite(_ file: SharedDescriptor, path: String) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try systemCall("ask who may write", on: path) { bailey_may_write(file.number) }
            return true
        } catch  where error.code == .accessDenied || error.code == .readOnly {
            return false
        }
    }

    /// Nil where there is none.
    private static func place(
        _ name: String, in directory: SharedDescriptor, path: String
    ) throws(UnfitDocument) -> SharedDescriptor? {
        let place: SharedDescriptor
        do throws(SystemError) {
            place = SharedDescriptor(
                owning: try systemCall("open", on: path) {
                    bailey_openat(directory.number, name, bailey_O_PATH | O_NOFOLLOW, 0)
                })
        } catch {
            if error.code == .notFound { return nil }
            throw .system(error)
        }
        try checkFileSystem(of: place, path: path)
        return place
    }

    func place(in directories: [SharedDescriptor]) throws(UnfitDocument) -> SharedDescriptor? {
        guard let parent = directories.last else { return nil }
        return try Self.place(name, in: parent, path: path)
    }

    /// Better said before somebody edits than after.
    func checkCreation(in directories: [SharedDescriptor]) throws(UnfitDocument) {
        guard let parent = directories.last else { return }
        let mayCreate = try unfit { () throws(SystemError) in try Self.mayWrite(parent, path: path(names.count)) }
        guard mayCreate else { throw .system(SystemError("create", path, code: .accessDenied)) }
    }

    func create(_ bytes: [UInt8], in directories: [SharedDescriptor]) throws(UnfitDocument) {
        guard let parent = directories.last else { return }
        try unfit { () throws(SystemError) in
            let file = SharedDescriptor(
                owning: try systemCall("create", on: path) {
                    bailey_openat(parent.number, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644)
                })
            do throws(SystemError) {
                // Whatever the broker's own umask is.
                try systemCall("set permissions", on: path) { fchmod(file.number, 0o644) }
                try file.descriptor.write(bytes, subject: path)
                try systemCall("sync", on: path) { fdatasync(file.number) }
            } catch {
                unlinkat(parent.number, name, 0)
                throw error
            }
        }
    }

    /// Makes the name of a new file durable, with the rights of this process: who may write a directory need not be able to read it.
    func syncParent(in directories: [SharedDescriptor]) throws(UnfitDocument) {
        guard let parent = directories.last else { return }
        let path = path(names.count)
        try unfit { () throws(SystemError) in
            let number = try systemCall("open", on: path) {
                bailey_openat(parent.number, ".", O_RDONLY | O_DIRECTORY | O_NONBLOCK, 0)
            }
            try Directory(owning: FileDescriptor(owning: number), path: path).sync()
        }
    }
}
