private import CLinux
private import Glibc

/// A file tree that is read as if its top were `/`: the host's own, a mounted image, a container's. No symbolic link and no `..` in it
/// leads out (openat2(2), `RESOLVE_IN_ROOT`), and nothing read from it can block: FIFOs and devices are not opened for reading.
package final class FileTree: Sendable {
    /// The path of its top on this host; `/` for the host's own.
    package let root: String
    private let descriptor: FileDescriptor

    package init(root: String = "/") throws(SystemError) {
        self.root = root
        descriptor = FileDescriptor(
            owning: try systemCall("open", on: root) { bailey_open(root, bailey_O_PATH | O_DIRECTORY, 0) })
    }

    /// The whole of the regular file at `path`, at most `limit` bytes.
    package func contents(of path: String, limit: Int = 4 << 20) throws(SystemError) -> [UInt8] {
        let file = try openRegular(path)
        return try file.readAll(limit: limit, subject: path)
    }

    /// The regular file at `path` as text; bytes that are not UTF-8 become U+FFFD.
    package func text(of path: String, limit: Int = 4 << 20) throws(SystemError) -> String {
        String(decoding: try contents(of: path, limit: limit), as: UTF8.self)
    }

    /// The lines of the regular file at `path`, without their ends: a line feed, or a carriage return before one. The two together are one
    /// `Character`, so splitting by that would leave a file written elsewhere as one line.
    package func lines(of path: String, limit: Int = 4 << 20) throws(SystemError) -> [Substring] {
        try text(of: path, limit: limit).split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    }

    /// Metadata of what `path` leads to, or of the link itself.
    package func metadata(of path: String, followingLinks: Bool = true) throws(SystemError) -> FileMetadata {
        let file = try open(path, flags: bailey_O_PATH | (followingLinks ? 0 : O_NOFOLLOW))
        return try file.metadata(subject: path)
    }

    /// What tells the file at `path`, in the state it is in, from any other.
    package func identity(of path: String) throws(SystemError) -> FileIdentity {
        try FileIdentity(of: try open(path, flags: bailey_O_PATH), subject: path)
    }

    /// What is in the directory at `path`, at most 100,000 entries.
    package func entries(of path: String) throws(SystemError) -> [DirectoryEntry] {
        try directory(path).entries()
    }

    /// The directory at `path`, open. Where links are not followed, a link at the end of the path is an error.
    package func directory(_ path: String, followingLinks: Bool = true) throws(SystemError) -> Directory {
        Directory(
            owning: try open(path, flags: O_RDONLY | O_DIRECTORY | (followingLinks ? 0 : O_NOFOLLOW)), path: path)
    }

    /// Where the symbolic link at `path` points, unresolved.
    package func linkTarget(of path: String) throws(SystemError) -> String {
        let link = try open(path, flags: bailey_O_PATH | O_NOFOLLOW)
        var target = [UInt8](repeating: 0, count: 4096)
        let number = link.number
        // An empty name reads the link the descriptor itself stands for (readlinkat(2)); ENOENT then means that it is no link.
        let count = try systemCall("readlink", on: path) {
            target.withUnsafeMutableBytes { bailey_readlinkat(number, "", $0.baseAddress, $0.count) }
        }
        return String(decoding: target[..<count], as: UTF8.self)
    }

    /// False only when the path does not exist; anything else that stands in the way is an error.
    package func exists(_ path: String) throws(SystemError) -> Bool {
        do throws(SystemError) {
            _ = try metadata(of: path)
            return true
        } catch {
            if error.isAbsence { return false }
            throw error
        }
    }

    private func openRegular(_ path: String) throws(SystemError) -> FileDescriptor {
        let file = try open(path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY)
        guard try file.metadata(subject: path).kind == .regular else {
            throw SystemError("read", path, code: .invalid)
        }
        return file
    }

    private func open(_ path: String, flags: Int32) throws(SystemError) -> FileDescriptor {
        let top = descriptor.number
        return FileDescriptor(
            owning: try systemCall("open", on: path) { bailey_open_in_root(top, path, UInt64(flags)) })
    }
}
