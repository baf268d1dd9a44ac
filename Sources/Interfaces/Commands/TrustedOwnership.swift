import LinuxSystem

/// Who may have written what Bailey takes on trust: policies, and the command that notifies.
///
/// A file or directory must belong to one of the owners, and nobody else may write to it, but for the private group of its owner. A
/// directory with the sticky bit may be open to others, as `/tmp` is: what is in it can only be replaced by its own owner.
struct TrustedOwnership: Sendable, Hashable {
    let owners: Set<UInt32>

    /// What is wrong with the file or directory at `path`; nil when nothing is.
    func objection(to metadata: FileMetadata, at path: String) -> Problem? {
        let mode = "mode \(metadata.permissionText)"
        guard owners.contains(metadata.owner) else {
            let owner = UserNames.name(of: metadata.owner) ?? "uid \(metadata.owner)"
            return Problem(
                subject: path, reason: "belongs to \(owner), who could change what it says",
                remedy: "read it, then: chown root \(path)")
        }
        if metadata.kind == .directory, metadata.permissions & 0o1000 != 0 { return nil }
        if metadata.isWritableByAnyone {
            return Problem(
                subject: path, reason: "is writable by everybody (\(mode))", remedy: "read it, then: chmod go-w \(path)"
            )
        }
        let groupIsTrusted =
            metadata.group == 0 || PrivateGroup.belongs(metadata.group, to: metadata.owner)
        if metadata.isWritableByGroup, !groupIsTrusted {
            return Problem(
                subject: path, reason: "is writable by its group, gid \(metadata.group) (\(mode))",
                remedy: "read it, then: chmod g-w \(path)")
        }
        return nil
    }

    /// What is wrong with any of the directories above `path`, which must be resolved and absolute; nil when nothing is.
    func objectionAbove(_ path: String) throws(SystemError) -> Problem? {
        let tree = try FileTree()
        var parts = path.split(separator: "/").dropLast()
        while true {
            let directory = "/" + parts.joined(separator: "/")
            if let problem = objection(to: try tree.metadata(of: directory), at: directory) { return problem }
            guard parts.popLast() != nil else { return nil }
        }
    }
}
