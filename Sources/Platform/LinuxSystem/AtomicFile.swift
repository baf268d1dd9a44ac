private import CLinux
private import Glibc
private import Synchronization

/// A file that appears whole or not at all: written beside its place under a temporary name, synced, and renamed (rename(2)).
/// Left without `commit`, it is removed and what stood at `path` before is untouched.
package struct AtomicFile: ~Copyable {
    /// Threads may replace one file at the same time, each by a partial one of its own.
    private static let count = Atomic(0)

    private let path: String
    /// What errors name.
    private let subject: String
    private let temporaryPath: String
    private let descriptor: FileDescriptor

    /// - Parameters:
    ///   - owner: whom the file is to belong to, where this process may give files away; nil for this process's own user.
    ///   - subject: what errors name in place of `path`.
    package init(
        replacing path: String, permissions: UInt16 = 0o644, owner: FileOwner? = nil, subject: String? = nil
    ) throws(SystemError) {
        self.path = path
        let subject = subject ?? path
        self.subject = subject
        let number = Self.count.wrappingAdd(1, ordering: .relaxed).newValue
        let temporaryPath = "\(path).\(getpid()).\(number).partial"
        self.temporaryPath = temporaryPath
        // A partial file of a killed run with the same process id may be in the way; a link there must not be followed.
        unlink(temporaryPath)
        let file = FileDescriptor(
            owning: try systemCall("create", on: subject) {
                bailey_open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode_t(permissions))
            })
        if let owner {
            do throws(SystemError) {
                try file.give(to: owner, subject: subject)
            } catch {
                unlink(temporaryPath)
                throw error
            }
        }
        descriptor = file
    }

    package func write(_ bytes: some Collection<UInt8>) throws(SystemError) {
        try descriptor.write(bytes, subject: subject)
    }

    /// Makes the content durable. Where several files are to appear together, all are synced before the first is committed: a disk
    /// that is full says so here at the latest.
    package func sync() throws(SystemError) {
        let number = descriptor.number
        try systemCall("sync", on: subject) { fdatasync(number) }
    }

    /// Makes the file durable, puts it in its place, and makes that durable too: what is reported to be there is there after a power cut.
    package consuming func commit() throws(SystemError) {
        try sync()
        let parent = try parent()
        let (from, to) = (temporaryPath, path)
        try systemCall("rename", on: subject) { Glibc.rename(from, to) }
        guard let parent else { return }
        let number = parent.number
        try systemCall("sync the directory of", on: subject) { fsync(number) }
    }

    /// Opened before the rename, so that what stands in the way of it is said while the old file is still there. Nil for a directory that
    /// may be written and not read: its names cannot be synced by whom it lets write.
    private borrowing func parent() throws(SystemError) -> SharedDescriptor? {
        let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        do throws(SystemError) {
            return SharedDescriptor(
                owning: try systemCall("open the directory of", on: subject) {
                    bailey_open(directory, O_RDONLY | O_DIRECTORY | O_NONBLOCK, 0)
                })
        } catch  where error.code == .accessDenied {
            return nil
        }
    }

    /// Gives a file another name in the same directory (rename(2)).
    package static func rename(_ path: String, to name: String) throws(SystemError) {
        try systemCall("rename", on: path) { Glibc.rename(path, name) }
    }

    /// Removes what a killed run left behind where it was writing the file `name` of `directory`.
    package static func removeLeftovers(of name: String, in directory: borrowing Directory) throws(SystemError) {
        for entry in try directory.entries() where entry.kind == .regular {
            guard entry.name.hasPrefix("\(name)."), entry.name.hasSuffix(".partial") else { continue }
            let middle = entry.name.dropFirst(name.utf8.count + 1).dropLast(".partial".utf8.count)
            let numbers = middle.split(separator: ".", omittingEmptySubsequences: false)
            guard numbers.count <= 2, numbers.allSatisfy({ Int($0) != nil }) else { continue }
            unlink("\(directory.lastingPath)/\(entry.name)")
        }
    }

    deinit { unlink(temporaryPath) }
}
