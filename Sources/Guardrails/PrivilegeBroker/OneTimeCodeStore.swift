package import HostModel
package import LinuxSystem
private import Synchronization

/// Keys for one-time codes, a file a user in a directory that is root's alone (`/var/lib/bailey/totp`). A code counts only once the fact
/// that it is spent is on disk: a broker that is killed and started again takes none twice.
package final class OneTimeCodeStore: Sendable {
    private let directory: String
    /// One check at a time: of two connections with the same code one is late.
    private let turn = Mutex(())

    package init(directory: String) { self.directory = directory }

    package enum Verdict: Sendable, Hashable {
        case right
        /// Wrong, or spent.
        case wrong
        case notEnrolled
    }

    /// Checks a code of the user and spends it. `unixTime` is in seconds.
    package func check(
        _ code: [UInt8], of user: UserID, at unixTime: Int64
    ) throws(OneTimeCodeStoreError) -> Verdict {
        try turn.withLock { _ throws(OneTimeCodeStoreError) in
            guard var key = try load(user) else { return .notEnrolled }
            guard let counter = key.counter(for: code, at: unixTime) else { return .wrong }
            key.codes.lastCounter = counter
            try save(key, for: user)
            return .right
        }
    }

    /// Whether the user has a key. One that cannot be read counts as there: it is said when a code is checked.
    package func isEnrolled(_ user: UserID) -> Bool {
        (try? FileTree().exists(path(of: user))) ?? true
    }

    /// Gives the user a key in place of any other.
    package func enrol(_ key: OneTimeCodeKey, for user: UserID) throws(OneTimeCodeStoreError) {
        try turn.withLock { _ throws(OneTimeCodeStoreError) in try save(key, for: user) }
    }

    private func path(of user: UserID) -> String { "\(directory)/\(user.rawValue)" }

    private func save(_ key: OneTimeCodeKey, for user: UserID) throws(OneTimeCodeStoreError) {
        do throws(SystemError) {
            let place = try Directory(
                making: directory, permissions: 0o700, followingLinksOf: [CurrentProcess.effectiveUserID])
            let file = try AtomicFile(
                replacing: "\(place.lastingPath)/\(user.rawValue)", permissions: 0o600, subject: path(of: user))
            var bytes = Array(key.text.utf8)
            defer { bytes.wipe(0..<bytes.count) }
            try file.write(bytes)
            try file.commit()
            // Until here the path led by way of the open directory.
            withExtendedLifetime(place) {}
        } catch {
            throw .system(error)
        }
    }

    private func load(_ user: UserID) throws(OneTimeCodeStoreError) -> OneTimeCodeKey? {
        let path = path(of: user)
        var bytes: [UInt8]
        do throws(SystemError) {
            let file = try FileDescriptor.open(forReading: path)
            guard try isPrivate(file, path) else { throw SystemError("read", path, code: .invalid) }
            bytes = try file.readAll(limit: 512, subject: path)
        } catch {
            if error.isAbsence { return nil }
            throw error.code == .invalid ? .unfit(path: path) : .system(error)
        }
        defer { bytes.wipe(0..<bytes.count) }
        guard let key = OneTimeCodeKey(text: String(decoding: bytes, as: UTF8.self)) else { throw .unfit(path: path) }
        return key
    }

    private func isPrivate(_ file: borrowing FileDescriptor, _ path: String) throws(SystemError) -> Bool {
        let metadata = try file.metadata(subject: path)
        return metadata.kind == .regular && metadata.permissions & 0o077 == 0
            && metadata.owner == CurrentProcess.effectiveUserID
    }
}

/// Why codes cannot be checked. What is in the files is never in it.
package enum OneTimeCodeStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    case system(SystemError)
    /// Not a file that only root may read, or not one that Bailey wrote.
    case unfit(path: String)

    package var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .unfit(let path): "\(path) is no key that only its owner may read; enrol again: bailey totp enrol"
        }
    }
}
