private import CLinux
private import Glibc

/// A file that appears whole or not at all: written beside its place under a temporary name, synced, and renamed (rename(2)).
/// Left without `commit`, it is removed and what stood at `path` before is untouched.
package struct AtomicFile: ~Copyable {
    package let path: String
    private let temporaryPath: String
    private let descriptor: FileDescriptor

    package init(replacing path: String, permissions: UInt16 = 0o644) throws(SystemError) {
        self.path = path
        let temporaryPath = "\(path).\(getpid()).partial"
        self.temporaryPath = temporaryPath
        // A partial file of a killed run with the same process id may be in the way; a link there must not be followed.
        unlink(temporaryPath)
        descriptor = FileDescriptor(
            owning: try systemCall("create", on: path) {
                bailey_open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode_t(permissions))
            })
    }

    package func write(_ bytes: some Collection<UInt8>) throws(SystemError) {
        try descriptor.write(bytes, subject: path)
    }

    /// Makes the file durable and puts it in its place.
    package consuming func commit() throws(SystemError) {
        let number = descriptor.number
        let (from, to) = (temporaryPath, path)
        try systemCall("sync", on: to) { fdatasync(number) }
        try systemCall("rename", on: to) { rename(from, to) }
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
