import HostModel
import LinuxSystem

/// One file to be written: its name in the output directory, and how its content comes, in pieces.
struct OutputFile {
    typealias Sink = ([UInt8]) throws -> Void

    let name: String
    let write: (Sink) throws -> Void

    init(_ name: String, write: @escaping (Sink) throws -> Void) {
        self.name = name
        self.write = write
    }

    init(_ name: String, bytes: [UInt8]) {
        self.init(name) { try $0(bytes) }
    }
}

/// The directory that results are written to, locked against other runs while it is open.
///
/// All files of a run are written beside their places first and put there when every one of them is whole and on disk, so a run that
/// fails, or is killed while it writes, leaves those of the run before. They are put there in the order given: who finds the last one
/// new finds all of them new. They belong to the owner of the directory, and nobody outside his group may read them: they list what is
/// weak on the host.
///
/// The directory stays the one that was opened: who owns it, or a directory above it, cannot lead a run of root elsewhere by a link.
struct OutputDirectory: ~Copyable {
    let path: String
    private let directory: Directory
    private let owner: FileOwner?
    private let lock: FileLock

    static let lockName = ".lock"
    private static let permissions: UInt16 = 0o640

    /// Opens the directory, and makes it when it is missing.
    ///
    /// - Parameters:
    ///   - mayGiveAway: whether this process may change owners; it is root then.
    ///   - patience: how long another run may hold the directory before this one gives up.
    init(path: String, mayGiveAway: Bool, patience: Duration = .seconds(10)) throws(CommandError) {
        let directory = try Self.open(path, mayGiveAway: mayGiveAway)
        let owner = try Self.owner(of: directory, mayGiveAway: mayGiveAway)
        lock = try Self.lock(directory, owner: owner, patience: patience)
        self.path = path
        self.directory = directory
        self.owner = owner
    }

    private static func open(_ path: String, mayGiveAway: Bool) throws(CommandError) -> Directory {
        do throws(SystemError) {
            return try Directory(
                making: path, permissions: mayGiveAway ? 0o750 : 0o700,
                followingLinksOf: [0, CurrentProcess.effectiveUserID])
        } catch {
            throw failure(error, path)
        }
    }

    /// Whom results are given to; nil when they stay this process's own.
    private static func owner(
        of directory: borrowing Directory, mayGiveAway: Bool
    ) throws(CommandError) -> FileOwner? {
        do throws(SystemError) {
            let metadata = try directory.metadata()
            guard mayGiveAway, metadata.owner != CurrentProcess.effectiveUserID else { return nil }
            return FileOwner(user: metadata.owner, group: metadata.group)
        } catch {
            throw failure(error, directory.path)
        }
    }

    private static func lock(
        _ directory: borrowing Directory, owner: FileOwner?, patience: Duration
    ) throws(CommandError) -> FileLock {
        do throws(SystemError) {
            return try FileLock(
                path: "\(directory.lastingPath)/\(lockName)", owner: owner, patience: patience,
                subject: "\(directory.path)/\(lockName)")
        } catch {
            throw failure(error, directory.path)
        }
    }

    private static func failure(_ error: SystemError, _ path: String) -> CommandError {
        let isTaken = error.operation == "lock" && error.code == .wouldBlock
        return isTaken
            ? .couldNotRun(
                path, "another run is writing there", remedy: "wait for it, or name another directory with --output DIR"
            )
            : .couldNotRun(error, remedy: "name another directory with --output DIR")
    }

    /// What the run before wrote; absent when it wrote no such file.
    func previous(_ name: String, limit: Int = 64 << 20) -> Observation<[UInt8]> {
        let file = "\(path)/\(name)"
        do throws(SystemError) {
            // A link is none of the files a run writes.
            guard try directory.metadata(of: name, followingLinks: false).kind == .regular else {
                return .unseen(Gap(what: file, why: "not a regular file"))
            }
            let opened = try directory.open(name)
            return .seen(try opened.readAll(limit: limit, subject: file), from: file)
        } catch {
            if error.isAbsence { return .absent(why: "no earlier run was written here", from: file) }
            return .unseen(Gap(what: file, why: error.reason))
        }
    }

    /// Writes all files, or none.
    func replace(_ files: [OutputFile]) throws(CommandError) {
        do {
            try removeLeftovers(of: files)
            let pending = try files.map { file in
                let partial = PartialFile(
                    try AtomicFile(
                        replacing: "\(directory.lastingPath)/\(file.name)", permissions: Self.permissions, owner: owner,
                        subject: "\(path)/\(file.name)"))
                try file.write { try partial.write($0) }
                try partial.sync()
                return partial
            }
            for partial in pending { try partial.commit() }
        } catch let error as SystemError {
            let remedy = error.code == .noSpace ? "free some space; the results of the run before are still there" : nil
            throw .couldNotRun(error, remedy: remedy)
        } catch {
            throw .couldNotRun(path, "\(error)")
        }
    }

    private func removeLeftovers(of files: [OutputFile]) throws(SystemError) {
        for file in files { try AtomicFile.removeLeftovers(of: file.name, in: directory) }
    }
}

/// An `AtomicFile` that can stand in a list: it is removed with its last reference unless it was committed.
private final class PartialFile {
    private var file: AtomicFile?

    init(_ file: consuming AtomicFile) { self.file = consume file }

    func write(_ bytes: [UInt8]) throws(SystemError) { try file?.write(bytes) }

    func sync() throws(SystemError) { try file?.sync() }

    func commit() throws(SystemError) {
        if let file = file.take() { try file.commit() }
    }
}
