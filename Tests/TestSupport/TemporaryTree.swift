private import FoundationEssentials
private import Glibc

/// A file tree of a test's own below the directory for temporary files, or below one of root's, removed when it goes out of scope.
package final class TemporaryTree: Sendable {
    package let path: String

    package init(in directory: String = "/tmp") throws {
        var template = Array("\(directory)/bailey-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestSupportError("mkdtemp", errno: errno) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        // What is in it shall be readable by a user that a test reads as.
        chmod(path, 0o755)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)  // the system clears the directory anyway
    }

    /// Who may do what with an entry, and how old it is; nil leaves what creating it gave.
    package struct Attributes: Sendable {
        package var mode: UInt16?
        package var owner: UInt32?
        package var group: UInt32?
        /// Seconds since the epoch.
        package var modifiedAt: Int?

        package init(mode: UInt16? = nil, owner: UInt32? = nil, group: UInt32? = nil, modifiedAt: Int? = nil) {
            self.mode = mode
            self.owner = owner
            self.group = group
            self.modifiedAt = modifiedAt
        }

        /// Only root can make files that belong to others.
        package var needsRoot: Bool { owner.map { $0 != geteuid() } ?? false || group.map { $0 != getegid() } ?? false }
    }

    package func add(_ name: String, _ content: String, _ attributes: Attributes = Attributes()) throws {
        try add(name, bytes: Array(content.utf8), attributes)
    }

    package func add(_ name: String, bytes: [UInt8], _ attributes: Attributes = Attributes()) throws {
        let file = try place(name)
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw TestSupportError("create \(file)", errno: errno) }
        defer { close(descriptor) }
        guard write(descriptor, bytes, bytes.count) == bytes.count else {
            throw TestSupportError("write \(file)", errno: errno)
        }
        try apply(attributes, to: file)
    }

    package func addDirectory(_ name: String, _ attributes: Attributes = Attributes()) throws {
        let directory = try place(name)
        guard mkdir(directory, 0o755) == 0 || errno == EEXIST else {
            throw TestSupportError("mkdir \(directory)", errno: errno)
        }
        try apply(attributes, to: directory)
    }

    package func addLink(_ name: String, to target: String) throws {
        let link = try place(name)
        guard symlink(target, link) == 0 else { throw TestSupportError("symlink \(link)", errno: errno) }
    }

    /// Another name in it for a file of the host; false where the two are on different file systems.
    package func addHardLink(_ name: String, to target: String) throws -> Bool {
        let link = try place(name)
        // /bin is a link itself on a merged system, which link(2) follows.
        if Glibc.link(target, link) == 0 { return true }
        guard errno == EXDEV else { throw TestSupportError("link \(link)", errno: errno) }
        return false
    }

    /// A FIFO: who opens it carelessly waits for a writer.
    package func addPipe(_ name: String) throws {
        let pipe = try place(name)
        guard mkfifo(pipe, 0o644) == 0 else { throw TestSupportError("mkfifo \(pipe)", errno: errno) }
    }

    /// The content of a file in it.
    package func content(of name: String) throws -> String {
        let file = "\(path)/\(name)"
        guard let data = FileManager.default.contents(atPath: file) else {
            throw TestSupportError("read \(file)", errno: ENOENT)
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// The names in a directory of it, sorted.
    package func names(in directory: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(directory)").sorted()
    }

    /// The path on the host, with its parents made.
    private func place(_ name: String) throws -> String {
        let parts = name.split(separator: "/")
        var current = path
        for part in parts.dropLast() {
            current += "/\(part)"
            guard mkdir(current, 0o755) == 0 || errno == EEXIST else {
                throw TestSupportError("mkdir \(current)", errno: errno)
            }
        }
        return "\(current)/\(parts.last ?? "")"
    }

    private func apply(_ attributes: Attributes, to file: String) throws {
        if attributes.owner != nil || attributes.group != nil {
            let unchanged = UInt32.max
            guard lchown(file, attributes.owner ?? unchanged, attributes.group ?? unchanged) == 0 else {
                throw TestSupportError("chown \(file)", errno: errno)
            }
        }
        // After the owner, because changing that clears set-user-id.
        if let mode = attributes.mode, chmod(file, mode_t(mode)) != 0 {
            throw TestSupportError("chmod \(file)", errno: errno)
        }
        if let modifiedAt = attributes.modifiedAt {
            let time = timespec(tv_sec: modifiedAt, tv_nsec: 0)
            guard utimensat(AT_FDCWD, file, [time, time], AT_SYMLINK_NOFOLLOW) == 0 else {
                throw TestSupportError("utimensat \(file)", errno: errno)
            }
        }
    }
}

/// A call that a test's own preparation made and that failed.
package struct TestSupportError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
    init(_ what: String, errno number: Int32) { description = "\(what): \(String(cString: strerror(number)))" }
}
