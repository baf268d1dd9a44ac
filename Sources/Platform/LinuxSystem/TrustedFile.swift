private import CLinux
private import Glibc

/// A file that nobody but root could have written or put where it is, found and held: a policy, a document of root's. The way to it is
/// checked as that of a program is (`TrustedProgram`).
package struct TrustedFile: Sendable {
    /// Without links.
    package let resolvedPath: String
    package let metadata: FileMetadata
    package let identity: FileIdentity
    private let place: SharedDescriptor

    package init(_ path: String) throws(UnfitProgram) {
        guard path.isAbsolutePath, path.utf8.count < 4096, !path.utf8.contains(0) else { throw .notAbsolute(path) }
        let found = try TrustedPath.open(path)
        (place, resolvedPath) = (found.file, found.path)
        do throws(SystemError) {
            metadata = try place.descriptor.metadata(subject: resolvedPath)
            identity = try FileIdentity(of: place.descriptor, subject: resolvedPath)
        } catch {
            throw .unreadable(error)
        }
        guard metadata.kind == .regular else { throw .notRegularFile(path: resolvedPath) }
        guard metadata.owner == 0 else { throw .fileOwner(path: resolvedPath, owner: metadata.owner) }
        guard !metadata.isWritableByGroup, !metadata.isWritableByAnyone else {
            throw .fileWritable(path: resolvedPath, permissions: metadata.permissionText)
        }
    }

    /// That nobody but root could put a file at this path, where there is none yet.
    package static func checkParent(of path: String) throws(UnfitProgram) {
        let parent = "/" + path.pathNames.dropLast().joined(separator: "/")
        do throws(UnfitProgram) {
            _ = try TrustedPath.open(parent)
        } catch .notRegularFile {
            // It is a directory, as is every part on the way, and each was checked.
        }
    }

    /// All of it, at most `limit` bytes, as it was in the state that `identity` names.
    package func contents(limit: Int) throws(UnfitProgram) -> [UInt8] {
        do throws(SystemError) {
            let link = "/proc/self/fd/\(place.number)"
            let file = FileDescriptor(
                owning: try systemCall("open", on: resolvedPath) { bailey_open(link, O_RDONLY | O_NOCTTY, 0) })
            let bytes = try file.readAll(limit: limit, subject: resolvedPath)
            if try FileIdentity(of: file, subject: resolvedPath) == identity { return bytes }
        } catch {
            throw .unreadable(error)
        }
        throw .changed(path: resolvedPath)
    }
}
