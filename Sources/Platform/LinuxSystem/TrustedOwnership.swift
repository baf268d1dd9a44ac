/// Who may have written what Bailey takes on trust: policies, and the command that notifies.
///
/// A file or directory must belong to one of the owners, and nobody else may write to it, but for the private group of its owner. A
/// directory with the sticky bit may be open to others, as `/tmp` is: what is in it can only be replaced by its own owner.
package struct TrustedOwnership: Sendable, Hashable {
    package let owners: Set<UInt32>

    package init(owners: Set<UInt32>) { self.owners = owners }

    /// Why a file or directory is not taken on trust, and what to do.
    package struct Objection: Error, Sendable, Hashable, CustomStringConvertible {
        package var path: String
        package var reason: String
        package var remedy: String

        package var description: String { "\(path) \(reason); \(remedy)" }
    }

    /// Why a file could not be read on trust.
    package enum Refusal: Error, Sendable, Hashable {
        case system(SystemError)
        case objection(Objection)
    }

    /// What is wrong with the file or directory at `path`; nil when nothing is.
    package func objection(to metadata: FileMetadata, at path: String) -> Objection? {
        let mode = "mode \(metadata.permissionText)"
        guard owners.contains(metadata.owner) else {
            let owner = UserNames.name(of: metadata.owner) ?? "uid \(metadata.owner)"
            return Objection(
                path: path, reason: "belongs to \(owner), who could change what it says",
                remedy: "read it, then: chown root \(path)")
        }
        if metadata.kind == .directory, metadata.permissions & 0o1000 != 0 { return nil }
        if metadata.isWritableByAnyone {
            return Objection(
                path: path, reason: "is writable by everybody (\(mode))", remedy: "read it, then: chmod go-w \(path)"
            )
        }
        let groupIsTrusted =
            metadata.group == 0 || PrivateGroup.belongs(metadata.group, to: metadata.owner)
        if metadata.isWritableByGroup, !groupIsTrusted {
            return Objection(
                path: path, reason: "is writable by its group, gid \(metadata.group) (\(mode))",
                remedy: "read it, then: chmod g-w \(path)")
        }
        return nil
    }

    /// What is wrong with any of the directories above `path`, which must be resolved and absolute; nil when nothing is.
    package func objectionAbove(_ path: String) throws(SystemError) -> Objection? {
        let tree = try FileTree()
        var parts = path.pathNames.dropLast()
        while true {
            let directory = "/" + parts.joined(separator: "/")
            if let problem = objection(to: try tree.metadata(of: directory), at: directory) { return problem }
            guard parts.popLast() != nil else { return nil }
        }
    }

    /// The bytes of the regular file at `path`, when neither it nor a directory above it could have been written by somebody else. Where
    /// the path leads over symbolic links, that holds for what it leads to.
    package func contents(of path: String, limit: Int) throws(Refusal) -> [UInt8] {
        let result: Result<[UInt8], Refusal>
        do throws(SystemError) { result = try read(path, limit: limit) } catch { throw .system(error) }
        return try result.get()
    }

    private func read(_ path: String, limit: Int) throws(SystemError) -> Result<[UInt8], Refusal> {
        func refusal(_ reason: String, _ remedy: String) -> Result<[UInt8], Refusal> {
            .failure(.objection(Objection(path: path, reason: reason, remedy: remedy)))
        }
        let file = try FileDescriptor.open(forReading: path)
        let metadata = try file.metadata(subject: path)
        guard metadata.kind == .regular else { return refusal("is not a regular file", "put the policy itself there") }
        let above = try objectionAbove(try resolvedPath(path))
        if let objection = objection(to: metadata, at: path) ?? above { return .failure(.objection(objection)) }
        guard metadata.size <= limit else {
            return refusal(
                "is larger than \(limit) bytes", "write ranges and address blocks in place of single rules")
        }
        return .success(try file.readAll(limit: limit, subject: path))
    }
}
