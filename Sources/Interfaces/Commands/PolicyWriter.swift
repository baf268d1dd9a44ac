import LinuxSystem
import Policies

/// Writes policy files: whole or not at all, and with the owner and the permissions they had.
struct PolicyWriter {
    let environment: InvocationEnvironment

    /// A link at `path` stays; what it leads to is replaced.
    func write(_ file: PolicyText) throws(CommandError) {
        do throws(SystemError) {
            let path = try target(of: file.path)
            let before = try metadata(of: path)
            let directory = try FileTree().metadata(of: Self.parent(of: path))
            let mode = before?.permissions ?? 0o644
            let owner = before ?? directory
            let isAnothers = environment.isRoot && owner.owner != environment.effectiveUserID
            let new = try AtomicFile(
                replacing: path, permissions: mode,
                owner: isAnothers ? FileOwner(user: owner.owner, group: owner.group) : nil)
            try new.write(file.bytes)
            try new.commit()
        } catch {
            throw .couldNotRun(error, remedy: error.isPermission ? "run as who may write policies" : nil)
        }
    }

    private func target(of path: String) throws(SystemError) -> String {
        do throws(SystemError) {
            return try resolvedPath(path)
        } catch {
            if error.isAbsence { return path }
            throw error
        }
    }

    private func metadata(of path: String) throws(SystemError) -> FileMetadata? {
        do throws(SystemError) {
            return try FileTree().metadata(of: path)
        } catch {
            if error.isAbsence { return nil }
            throw error
        }
    }

    private static func parent(of path: String) -> String {
        let parent = path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)
        return parent.isEmpty ? "/" : String(parent)
    }
}
