import LinuxSystem

/// Small files in a directory that is root's alone, one a secret. What is read has to be a regular file of this process's own user that
/// nobody else may read; what is written appears whole or not at all.
///
/// One process at a time reads and writes (`turn`): what the broker has read and is about to write back is not brought back to
/// life after `bailey` has removed it.
struct SecretFiles: Sendable {
    let directory: String
    /// Waits this long for another process's turn.
    var patience = Duration.seconds(10)

    enum Failure: Error {
        case system(SystemError)
        /// Not a private file, or larger than anything Bailey writes.
        case unfit(path: String)
    }

    func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// Takes the turn, which lasts as long as the lock is there.
    func turn() throws(Failure) -> FileLock {
        do throws(SystemError) {
            let place = try opened()
            let lock = try FileLock(path: "\(place.lastingPath)/.lock", patience: patience, subject: path(".lock"))
            withExtendedLifetime(place) {}
            return lock
        } catch {
            throw .system(error)
        }
    }

    func write(_ bytes: [UInt8], to name: String) throws(Failure) {
        do throws(SystemError) {
            let place = try opened()
            let file = try AtomicFile(
                replacing: "\(place.lastingPath)/\(name)", permissions: 0o600, subject: path(name))
            try file.write(bytes)
            try file.commit()
            // Until here the path led by way of the open directory.
            withExtendedLifetime(place) {}
        } catch {
            throw .system(error)
        }
    }

    /// Nil when there is no such file. Who gets the bytes wipes them.
    func read(_ name: String, limit: Int) throws(Failure) -> (bytes: [UInt8], changed: Int64)? {
        let path = path(name)
        do throws(SystemError) {
            let file = try FileDescriptor.open(forReading: path)
            let metadata = try file.metadata(subject: path)
            let isPrivate =
                metadata.kind == .regular && metadata.permissions & 0o077 == 0
                && metadata.owner == CurrentProcess.effectiveUserID
            guard isPrivate else { throw SystemError("read", path, code: .invalid) }
            return (try file.readAll(limit: limit, subject: path), metadata.modifiedAt)
        } catch {
            if error.isAbsence { return nil }
            throw error.code == .invalid ? .unfit(path: path) : .system(error)
        }
    }

    /// False when there was none.
    func remove(_ name: String) throws(Failure) -> Bool {
        do throws(SystemError) {
            return try opened().remove(name)
        } catch {
            throw .system(error)
        }
    }

    private func opened() throws(SystemError) -> Directory {
        try Directory(making: directory, permissions: 0o700, followingLinksOf: [CurrentProcess.effectiveUserID])
    }
}
