internal import Cryptography
package import HostModel
package import LinuxSystem
private import Synchronization

/// Keys for one-time codes, a file a user in a directory that is root's alone (`/var/lib/bailey/totp`). A code counts only once the fact
/// that it is spent is on disk: a broker that is killed and started again takes none twice.
package final class OneTimeCodeStore: Sendable {
    private let files: SecretFiles
    /// One check at a time: of two connections with the same code one is late.
    private let turn = Mutex(())

    /// - Parameter patience: how long another process that reads or writes keys is waited for.
    package init(directory: String, patience: Duration = .seconds(10)) {
        files = SecretFiles(directory: directory, patience: patience)
    }

    package enum Verdict: Sendable, Hashable {
        case right
        /// Wrong, or spent.
        case wrong
        case notEnrolled
    }

    /// What may be told of a key.
    package struct Enrolment: Sendable, Hashable {
        package var digest: String
        package var digits: Int
        /// When the key was made or a code was taken last, in seconds since the epoch.
        package var changed: Int64
    }

    /// Checks a code of the user and spends it. `unixTime` is in seconds.
    package func check(
        _ code: [UInt8], of user: UserID, at unixTime: Int64
    ) throws(OneTimeCodeStoreError) -> Verdict {
        // Where nobody is enrolled nothing is made, not even the directory.
        guard try load(user) != nil else { return .notEnrolled }
        return try exclusively { () throws(OneTimeCodeStoreError) in
            guard var key = try load(user)?.key else { return .notEnrolled }
            guard let counter = key.counter(for: code, at: unixTime) else { return .wrong }
            key.codes.lastCounter = counter
            try save(key, for: user)
            return .right
        }
    }

    /// Gives the user a key in place of any other.
    package func enrol(_ key: OneTimeCodeKey, for user: UserID) throws(OneTimeCodeStoreError) {
        try exclusively { () throws(OneTimeCodeStoreError) in try save(key, for: user) }
    }

    /// Takes the user's key away; false when there was none.
    package func remove(_ user: UserID) throws(OneTimeCodeStoreError) -> Bool {
        try exclusively { () throws(OneTimeCodeStoreError) in
            do throws(SecretFiles.Failure) { return try files.remove("\(user.rawValue)") } catch { throw .init(error) }
        }
    }

    /// Nil when the user has no key.
    package func enrolment(of user: UserID) throws(OneTimeCodeStoreError) -> Enrolment? {
        try load(user).map {
            Enrolment(digest: $0.key.digest.rawValue, digits: $0.key.codes.digits, changed: $0.changed)
        }
    }

    private func exclusively<Value>(
        _ body: () throws(OneTimeCodeStoreError) -> Value
    ) throws(OneTimeCodeStoreError) -> Value {
        try turn.withLock { _ throws(OneTimeCodeStoreError) in
            let ours = try inTurn()
            let value = try body()
            _ = consume ours
            return value
        }
    }

    private func inTurn() throws(OneTimeCodeStoreError) -> FileLock {
        do throws(SecretFiles.Failure) { return try files.turn() } catch { throw .init(error) }
    }

    private func save(_ key: OneTimeCodeKey, for user: UserID) throws(OneTimeCodeStoreError) {
        var bytes = Array(key.text.utf8)
        defer { bytes.wipe(0..<bytes.count) }
        do throws(SecretFiles.Failure) { try files.write(bytes, to: "\(user.rawValue)") } catch { throw .init(error) }
    }

    private func load(_ user: UserID) throws(OneTimeCodeStoreError) -> (key: OneTimeCodeKey, changed: Int64)? {
        let name = "\(user.rawValue)"
        let found: (bytes: [UInt8], changed: Int64)?
        do throws(SecretFiles.Failure) { found = try files.read(name, limit: 512) } catch { throw .init(error) }
        guard var found else { return nil }
        defer { found.bytes.wipe(0..<found.bytes.count) }
        guard let key = OneTimeCodeKey(text: String(decoding: found.bytes, as: UTF8.self)) else {
            throw .unfit(path: files.path(name))
        }
        return (key, found.changed)
    }
}

/// Why codes cannot be checked. What is in the files is never in it.
package enum OneTimeCodeStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    case system(SystemError)
    /// Not a file that only root may read, or not one that Bailey wrote.
    case unfit(path: String)

    init(_ failure: SecretFiles.Failure) {
        switch failure {
        case .system(let error): self = .system(error)
        case .unfit(let path): self = .unfit(path: path)
        }
    }

    package var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .unfit(let path): "\(path) is no key that only its owner may read; enrol again: bailey totp enrol"
        }
    }
}
