private import CLinux
private import Glibc

/// A directory for temporary files that its owner alone may enter, under a name nobody could foresee (mkdtemp(3)). Its files are removed
/// with it when it is let go of, unless they are to be kept.
package final class PrivateDirectory {
    package let path: String
    private var names: [String] = []
    /// Whether it stays when this object goes.
    package var isKept = false

    /// - Parameter parent: where temporary files go: `/var/tmp`.
    package init(in parent: String) throws(SystemError) {
        var template = Array("\(parent)/bailey.XXXXXXXX".utf8CString)
        try systemCall("create directory", on: parent) { mkdtemp(&template) == nil ? -1 : 0 }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        guard !isKept else { return }
        for name in names { unlink("\(path)/\(name)") }
        // What an editor left beside them keeps it there; it is the user's.
        rmdir(path)
    }

    /// Makes a file for its owner alone, with what is in `source` from its start.
    package func add(_ name: String, contentOf source: SharedDescriptor) throws(SystemError) {
        let place = "\(path)/\(name)"
        let file = FileDescriptor(
            owning: try systemCall("create", on: place) {
                bailey_open(place, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
            })
        names.append(name)
        var offset = 0
        while true {
            let block = try source.block(at: offset)
            if block.isEmpty { return }
            try file.write(block, subject: place)
            offset += block.count
        }
    }

    /// Opens one of its files for reading. A link, or what is no file, is an error: an editor does not leave those.
    package func open(_ name: String) throws(SystemError) -> SharedDescriptor {
        let place = "\(path)/\(name)"
        let file = SharedDescriptor(
            owning: try systemCall("open", on: place) {
                bailey_open(place, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0)
            })
        guard try file.metadata().kind == .regular else { throw SystemError("open", place, code: .invalid) }
        return file
    }
}

extension SharedDescriptor {
    /// Whether two files hold the same bytes.
    package func hasSameContent(as other: SharedDescriptor) throws(SystemError) -> Bool {
        var offset = 0
        while true {
            let (left, right) = (try block(at: offset), try other.block(at: offset))
            guard left == right else { return false }
            if left.isEmpty { return true }
            offset += left.count
        }
    }

    /// A whole block from `offset` on, less only at the end; the file's own position does not matter.
    fileprivate func block(at offset: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        var filled = 0
        let number = number
        while filled < bytes.count {
            let (start, place) = (filled, off_t(offset + filled))
            let count = try systemCall("read", on: "open file") {
                // SAFETY: `start` never passes the array's count.
                bytes.withUnsafeMutableBytes {
                    pread(number, $0.baseAddress.map { $0 + start }, $0.count - start, place)
                }
            }
            if count == 0 { break }
            filled += count
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }
}
