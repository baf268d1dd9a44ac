private import CLinux
private import Glibc

/// Walks a path from `/` one component at a time, without ever letting the kernel follow a link, and looks at every directory on the way:
/// nobody but root may be able to put another file in the place of what is found.
struct TrustedPath: ~Copyable {
    /// As many as the kernel itself follows.
    private static let linkLimit = 40
    /// `FUSE_SUPER_MAGIC` (statfs(2)).
    private static let fuse = 0x6573_5546

    private var directory: FileDescriptor
    private var components: [String] = []
    private var links = 0
    /// Whether a directory on the way is not everybody's to enter.
    private var isHidden = false

    private var resolved: String { "/" + components.joined(separator: "/") }

    private init(from directory: consuming FileDescriptor) { self.directory = directory }

    /// The file at `path`, opened as a place only (`O_PATH`): nothing is read, no device is woken; its path without links; and whether a
    /// directory on the way is not everybody's to enter.
    static func open(_ path: String) throws(UnfitProgram) -> (file: SharedDescriptor, path: String, isHidden: Bool) {
        var walk = TrustedPath(from: try root())
        let (file, path) = try walk.open(path)
        return (file, path, walk.isHidden)
    }

    /// Whether not everybody may look at what is there, and whether anything is. What cannot be walked to the end may be hidden.
    static func isHidden(_ path: String) -> Bool { (try? open(path).isHidden) ?? true }

    /// Whether, on the way there or as far as the way may be gone, is a directory that not everybody may enter: then who asks may not know
    /// what the walk came upon.
    static func isWayHidden(_ path: String) -> Bool {
        do throws(UnfitProgram) {
            var walk = TrustedPath(from: try root())
            do throws(UnfitProgram) { _ = try walk.open(path) } catch { return walk.isHidden }
            return walk.isHidden
        } catch {
            return true
        }
    }

    private mutating func open(_ path: String) throws(UnfitProgram) -> (SharedDescriptor, String) {
        try checkDirectory(try metadata(of: directory))
        // What is still to be walked, next component last.
        var pending = path.pathNames.reversed() as [String]
        while let name = pending.popLast() {
            if name == "." { continue }
            if name == ".." {
                try goUp()
                continue
            }
            let place = try place(name)
            let metadata = try metadata(of: place)
            switch metadata.kind {
            case .symbolicLink:
                let target = try target(of: place, named: name)
                if target.isAbsolutePath { try restart() }
                pending += target.pathNames.reversed()
            case .directory:
                directory = place
                components.append(name)
                try checkDirectory(metadata)
            default:
                let found = resolvedPath(name)
                guard pending.isEmpty, !path.endsWithSlash else { throw .notDirectory(path: found) }
                return (SharedDescriptor(place), found)
            }
        }
        throw .notRegularFile(path: resolved)
    }

    private static func root() throws(UnfitProgram) -> FileDescriptor {
        do throws(SystemError) {
            return FileDescriptor(
                owning: try systemCall("open", on: "/") { bailey_open("/", bailey_O_PATH | O_DIRECTORY, 0) })
        } catch {
            throw .unreadable(error)
        }
    }

    private func resolvedPath(_ name: String) -> String { "/" + (components + [name]).joined(separator: "/") }

    private func place(_ name: String) throws(UnfitProgram) -> FileDescriptor {
        let parent = directory.number
        let path = resolvedPath(name)
        do throws(SystemError) {
            return FileDescriptor(
                owning: try systemCall("open", on: path) {
                    bailey_openat(parent, name, bailey_O_PATH | O_NOFOLLOW, 0)
                })
        } catch {
            throw error.code == .notFound ? .notFound(path: path) : .unreadable(error)
        }
    }

    private func metadata(of place: borrowing FileDescriptor) throws(UnfitProgram) -> FileMetadata {
        do throws(SystemError) {
            return try place.metadata(subject: resolved)
        } catch {
            throw .unreadable(error)
        }
    }

    private mutating func target(of link: borrowing FileDescriptor, named name: String) throws(UnfitProgram) -> String {
        links += 1
        guard links <= Self.linkLimit else { throw .tooManyLinks(path: resolvedPath(name)) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let number = link.number
        do throws(SystemError) {
            let count = try systemCall("readlink", on: resolvedPath(name)) {
                bytes.withUnsafeMutableBytes { bailey_readlinkat(number, "", $0.baseAddress, $0.count) }
            }
            guard count < bytes.count, let target = String(validating: bytes[..<count], as: UTF8.self) else {
                throw SystemError("readlink", resolvedPath(name), code: .invalid)
            }
            return target
        } catch {
            throw .unreadable(error)
        }
    }

    private mutating func restart() throws(UnfitProgram) {
        directory = try Self.root()
        components = []
    }

    /// Links are resolved by hand, so the parent in the tree is the parent on the path.
    private mutating func goUp() throws(UnfitProgram) {
        guard !components.isEmpty else { return }
        let parent = try place("..")
        directory = parent
        components.removeLast()
        try checkDirectory(try metadata(of: directory))
    }

    /// A sticky bit excuses nothing: in such a directory others still make names that did not exist.
    ///
    /// - Parameter metadata: of the open directory.
    private mutating func checkDirectory(_ metadata: FileMetadata) throws(UnfitProgram) {
        isHidden = isHidden || !metadata.isEnterableByAnyone
        guard metadata.kind == .directory else { throw .notDirectory(path: resolved) }
        guard metadata.owner == 0 else { throw .directoryOwner(path: resolved, owner: metadata.owner) }
        guard !metadata.isWritableByGroup, !metadata.isWritableByAnyone else {
            throw .directoryWritable(path: resolved, permissions: metadata.permissionText)
        }
        try Self.checkFileSystem(of: directory, path: resolved)
    }

    static func checkFileSystem(of place: borrowing FileDescriptor, path: String) throws(UnfitProgram) {
        let number = place.number
        let type: Int
        do throws(SystemError) {
            type = try systemCall("statfs", on: path) { bailey_file_system_type(number) }
        } catch {
            throw .unreadable(error)
        }
        guard type != fuse else { throw .userFileSystem(path: path) }
    }
}
