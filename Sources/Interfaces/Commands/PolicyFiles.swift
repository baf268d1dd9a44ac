import LinuxSystem

/// A policy file's bytes, and the path that errors name.
struct PolicyFile: Sendable, Hashable {
    var path: String
    var bytes: [UInt8]

    init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

/// Reads policy files, and refuses those that somebody else could have written: what they approve would be his approval.
///
/// A file and the directory it is in must belong to root, to the user who runs this, or to the owner of the checkout; nobody else may
/// write to them, but for the private group of their owner. A directory with the sticky bit may be open to others, as `/tmp` is.
struct PolicyFiles: Sendable {
    let directory: String
    let trustedOwners: Set<UInt32>
    /// A policy of 1 MiB has about 10,000 rules.
    static let sizeLimit = 1 << 20

    init(directory: String, trustedOwners: Set<UInt32>) {
        self.directory = directory
        self.trustedOwners = trustedOwners
    }

    /// The file `name` of the policy directory; an error when it is missing.
    func required(_ name: String) throws(CommandError) -> PolicyFile {
        if let file = try optional(name) { return file }
        throw .couldNotRun(
            path(name), "is missing",
            remedy: "copy templates/\(name) there and fill it in, or name another directory with --policies DIR")
    }

    /// The file `name` of the policy directory; nil when there is none.
    func optional(_ name: String) throws(CommandError) -> PolicyFile? {
        let result: Result<PolicyFile, CommandError>
        do throws(SystemError) {
            let file = try FileDescriptor.open(forReading: path(name))
            result = try read(file, path: path(name))
        } catch {
            if error.isAbsence { return nil }
            throw .couldNotRun(error, remedy: error.isPermission ? "run as root, or let this user read it" : nil)
        }
        return try result.get()
    }

    /// Every `*.yaml` of the directory `name` in the policy directory, by name; empty when there is no such directory.
    func all(in name: String) throws(CommandError) -> [PolicyFile] {
        let names: [String]
        do throws(SystemError) {
            names = try Directory(opening: path(name)).entries(limit: 1000).map(\.name)
        } catch {
            if error.isAbsence { return [] }
            throw .couldNotRun(error)
        }
        var files: [PolicyFile] = []
        for file in names.sorted() where file.hasSuffix(".yaml") && !file.hasPrefix(".") {
            try files.append(required("\(name)/\(file)"))
        }
        return files
    }

    func path(_ name: String) -> String { "\(directory)/\(name)" }

    private func read(
        _ file: borrowing FileDescriptor, path: String
    ) throws(SystemError) -> Result<PolicyFile, CommandError> {
        let parent = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        let directory = try FileTree().metadata(of: parent.isEmpty ? "/" : parent)
        let metadata = try file.metadata(subject: path)
        guard metadata.kind == .regular else {
            return .failure(.couldNotRun(path, "is not a regular file", remedy: "put the policy itself there"))
        }
        if let problem = objection(to: metadata, at: path) ?? objection(to: directory, at: parent) {
            return .failure(.couldNotRun([problem]))
        }
        guard metadata.size <= Self.sizeLimit else {
            let remedy = "write ranges and address blocks in place of single rules"
            return .failure(.couldNotRun(path, "is larger than \(Self.sizeLimit) bytes", remedy: remedy))
        }
        return .success(PolicyFile(path: path, bytes: try file.readAll(limit: Self.sizeLimit, subject: path)))
    }

    private func objection(to metadata: FileMetadata, at path: String) -> Problem? {
        let mode = "mode \(metadata.permissionText)"
        let isSticky = metadata.kind == .directory && metadata.permissions & 0o1000 != 0
        guard trustedOwners.contains(metadata.owner) else {
            let owner = UserNames.name(of: metadata.owner) ?? "uid \(metadata.owner)"
            return Problem(
                subject: path, reason: "belongs to \(owner), who could change what it approves",
                remedy: "read it, then: chown root \(path)")
        }
        if metadata.isWritableByAnyone, !isSticky {
            return Problem(
                subject: path, reason: "everybody may write to it (\(mode))", remedy: "read it, then: chmod go-w \(path)")
        }
        let mayGroupWrite =
            !metadata.isWritableByGroup || isSticky || metadata.group == 0
            || PrivateGroup.belongs(metadata.group, to: metadata.owner)
        guard mayGroupWrite else {
            return Problem(
                subject: path, reason: "its group (gid \(metadata.group)) may write to it (\(mode))",
                remedy: "read it, then: chmod g-w \(path)")
        }
        return nil
    }
}
