private import CLinux
private import Glibc

/// A file that appears whole or not at all: written beside its place under a temporary name, synced, and renamed (rename(2)).
/// Left without `commit`, it is removed and what stood at `path` before is untouched.
package struct AtomicFile: ~Copyable {
    package let path: String
    private let temporaryPath: String
    private let descriptor: FileDescriptor

    /// - Parameter owner: whom the file is to belong to, where this process may give files away; nil for this process's own user.
    package init(replacing path: String, permissions: UInt16 = 0o644, owner: FileOwner? = nil) throws(SystemError) {
        self.path = path
        let temporaryPath = "\(path).\(getpid()).partial"
        self.temporaryPath = temporaryPath
        // A partial file of a killed run with the same process id may be in the way; a link there must not be followed.
        unlink(temporaryPath)
        let file = FileDescriptor(
            owning: try systemCall("create", on: path) {
                bailey_open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode_t(permissions))
            })
        if let owner {
            do throws(SystemError) {
                try file.give(to: owner, subject: path)
            } catch {
                unlink(temporaryPath)
                throw error
            }
        }
        descriptor = file
    }

    package func write(_ bytes: some Collection<UInt8>) throws(SystemError) {
        try descriptor.write(bytes, subject: path)
    }

    /// Makes the content durable. Where several files are to appear together, all are synced before the first is committed: a disk
    /// that is full says so here at the latest.
    package func sync() throws(SystemError) {
        let number = descriptor.number
        try systemCall("sync", on: path) { fdatasync(number) }
    }

    /// Makes the file durable and puts it in its place.
    package consuming func commit() throws(SystemError) {
        try sync()
        let (from, to) = (temporaryPath, path)
        try systemCall("rename", on: to) { rename(from, to) }
    }

    /// Removes what a killed run left behind where it was writing the file `name` of `directory`.
    package static func removeLeftovers(of name: String, in directory: borrowing Directory) throws(SystemError) {
        for entry in try directory.entries() where entry.kind == .regular {
            guard entry.name.hasPrefix("\(name)."), entry.name.hasSuffix(".partial") else { continue }
            let middle = entry.name.dropFirst(name.utf8.count + 1).dropLast(".partial".utf8.count)
            guard Int32(middle) != nil else { continue }
            unlink("\(directory.path)/\(entry.name)")
        }
    }

    deinit { unlink(temporaryPath) }
}

/// Creates `path` and its missing parents (mkdir(2)); what is there already is left as it is.
package func createDirectories(_ path: String, permissions: UInt16 = 0o755) throws(SystemError) {
    var current = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
        current += "/\(part)"
        let directory = current
        do throws(SystemError) {
            try systemCall("create directory", on: directory) { mkdir(directory, mode_t(permissions)) }
        } catch  where error.code == .exists {
            continue
        }
    }
}
