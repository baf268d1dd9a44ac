private import CLinux
private import Glibc

extension Directory {
    /// Opens the directory at the absolute `path`, and makes what is missing of it (mkdir(2)).
    ///
    /// A symbolic link on the way is followed only when it belongs to one of `owners`: whoever made it decides where this process writes,
    /// and in a directory like `/tmp` anybody can have made it (symlink(7), CWE-59). Each step starts from the directory before it,
    /// which is open, so what was looked at is what is followed.
    package init(making path: String, permissions: UInt16, followingLinksOf owners: Set<UInt32>) throws(SystemError) {
        var current = try Self.top(path)
        var rest = Array(path.pathNames.reversed())
        var links = 0
        while let name = rest.popLast() {
            let next = try Self.step(name, from: current, permissions, path)
            let metadata = try next.metadata(subject: path)
            guard metadata.kind == .symbolicLink else {
                current = next
                continue
            }
            guard owners.contains(metadata.owner) else {
                let owner = UserNames.name(of: metadata.owner) ?? "uid \(metadata.owner)"
                throw SystemError("follow the link \(name), made by \(owner)", path, code: .notPermitted)
            }
            links += 1
            // The kernel's own limit (path_resolution(7)).
            guard links <= 40 else { throw SystemError("open", path, errorNumber: ELOOP) }
            let target = try Self.target(of: next, path)
            if target.isAbsolutePath { current = try Self.top(path) }
            rest += target.pathNames.reversed()
        }
        let number = current.number
        let directory = try systemCall("open", on: path) {
            bailey_openat(number, ".", O_RDONLY | O_DIRECTORY | O_NONBLOCK, 0)
        }
        self.init(owning: FileDescriptor(owning: directory), path: path)
    }

    /// A path that leads to this directory, whatever becomes of its name, as long as it is open (proc_pid_fd(5)).
    package var lastingPath: String { "/proc/self/fd/\(descriptor.number)" }

    /// Metadata of the directory itself.
    package func metadata() throws(SystemError) -> FileMetadata { try descriptor.metadata(subject: path) }

    /// Removes the file `name` in it (unlinkat(2)); false when there is none.
    package func remove(_ name: String) throws(SystemError) -> Bool {
        let number = descriptor.number
        do throws(SystemError) {
            try systemCall("remove", on: "\(path)/\(name)") { unlinkat(number, name, 0) }
            return true
        } catch  where error.code == .notFound {
            return false
        }
    }

    private static func top(_ path: String) throws(SystemError) -> FileDescriptor {
        FileDescriptor(owning: try systemCall("open", on: path) { bailey_open("/", bailey_O_PATH | O_DIRECTORY, 0) })
    }

    /// What `name` leads to, itself where it is a link; a directory that is made where nothing is.
    private static func step(
        _ name: String, from parent: borrowing FileDescriptor, _ permissions: UInt16, _ path: String
    ) throws(SystemError) -> FileDescriptor {
        let number = parent.number
        func open() throws(SystemError) -> FileDescriptor {
            FileDescriptor(
                owning: try systemCall("open", on: path) { bailey_openat(number, name, bailey_O_PATH | O_NOFOLLOW, 0) })
        }
        do throws(SystemError) {
            return try open()
        } catch {
            guard error.code == .notFound else { throw error }
        }
        do throws(SystemError) {
            try systemCall("create directory", on: path) { mkdirat(number, name, mode_t(permissions)) }
        } catch  where error.code == .exists {
            // Made by somebody else meanwhile.
        }
        return try open()
    }

    private static func target(of link: borrowing FileDescriptor, _ path: String) throws(SystemError) -> String {
        var target = [UInt8](repeating: 0, count: 4096)
        let number = link.number
        let count = try systemCall("readlink", on: path) {
            target.withUnsafeMutableBytes { bailey_readlinkat(number, "", $0.baseAddress, $0.count) }
        }
        return String(decoding: target[..<count], as: UTF8.self)
    }
}
