package import Cryptography
package import LinuxSystem
private import Synchronization

/// The secrets that the approval `token` asks for, as salted slow hashes (scrypt), a file each in a directory that is root's alone
/// (`/var/lib/bailey/tokens`). A secret is never kept, and never read from the environment.
package final class ApprovalTokenStore: Sendable {
    private let files: SecretFiles
    private let cost: Scrypt.Cost
    /// One check at a time, for each takes 32 MiB.
    private let turn = Mutex(())

    /// - Parameter cost: what new hashes cost; those that are there say their own.
    package init(directory: String, cost: Scrypt.Cost = .standard) {
        files = SecretFiles(directory: directory)
        self.cost = cost
    }

    /// Which token: a policy that needs one has that of this name.
    package struct Name: Sendable, Hashable, CustomStringConvertible {
        package let description: String

        /// What `approval: token` asks for.
        package static let approval = Name(unchecked: "approval")

        private init(unchecked: String) { description = unchecked }

        /// Up to 64 letters, digits, `-` and `_`, the first one a letter.
        package init?(_ text: String) {
            func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) }
            guard (1...64).contains(text.utf8.count), text.utf8.first.map(isLetter) == true,
                text.utf8.allSatisfy({ isLetter($0) || (0x30...0x39).contains($0) || "-_".utf8.contains($0) })
            else { return nil }
            description = text
        }
    }

    package enum Verdict: Sendable, Hashable {
        case right
        case wrong
        case notSet
    }

    /// Fewest characters of a token. It is typed by people and guessed at by machines; wrong ones are counted (`ProofAttempts`).
    package static let minimumLength = 12
    /// Most bytes of one, as many as a terminal's line and the broker's protocol carry.
    package static let limit = 512

    /// Why a secret is none that could be asked for; nil when it is.
    package static func objection(to secret: SecretBytes) -> String? {
        secret.withBytes { bytes in
            if bytes.count > limit { return "is longer than \(limit) bytes" }
            // Bytes that begin a character of UTF-8.
            let characters = bytes.count { $0 & 0xc0 != 0x80 }
            if characters < minimumLength { return "has fewer than \(minimumLength) characters" }
            if bytes.contains(where: { $0 < 0x20 || $0 == 0x7f }) { return "has a control character in it" }
            return Set(bytes).count < 4 ? "is the same few characters over and over" : nil
        }
    }

    /// Whether `secret` is the token. That takes as long for a wrong one as for the right one.
    package func check(_ secret: SecretBytes, of name: Name = .approval) throws(ApprovalTokenError) -> Verdict {
        guard let kept = try load(name) else { return .notSet }
        return try turn.withLock { _ throws(ApprovalTokenError) in
            do throws(CryptographyError) {
                return try kept.hash.matches(secret) ? .right : .wrong
            } catch {
                throw .hashing(error)
            }
        }
    }

    /// Puts `secret` in place of any token of that name.
    package func set(_ secret: SecretBytes, as name: Name = .approval) throws(ApprovalTokenError) {
        if let objection = Self.objection(to: secret) { throw .unsuitable(why: objection) }
        let hash: SecretHash
        do throws(CryptographyError) {
            hash = try turn.withLock { _ throws(CryptographyError) in try SecretHash(of: secret, cost: cost) }
        } catch {
            throw .hashing(error)
        }
        try exclusively { () throws(ApprovalTokenError) in
            do throws(SecretFiles.Failure) {
                try files.write(Array("\(hash.text)\n".utf8), to: name.description)
            } catch {
                throw ApprovalTokenError(error)
            }
        }
    }

    /// False when there was none.
    package func remove(_ name: Name = .approval) throws(ApprovalTokenError) -> Bool {
        try exclusively { () throws(ApprovalTokenError) in
            do throws(SecretFiles.Failure) {
                return try files.remove(name.description)
            } catch {
                throw ApprovalTokenError(error)
            }
        }
    }

    /// When it was set, in seconds since the epoch; nil when there is none.
    package func whenSet(_ name: Name = .approval) throws(ApprovalTokenError) -> Int64? { try load(name)?.changed }

    private func load(_ name: Name) throws(ApprovalTokenError) -> (hash: SecretHash, changed: Int64)? {
        let found: (bytes: [UInt8], changed: Int64)?
        do throws(SecretFiles.Failure) {
            found = try files.read(name.description, limit: 512)
        } catch {
            throw ApprovalTokenError(error)
        }
        guard let found else { return nil }
        let text = String(decoding: found.bytes, as: UTF8.self)
        guard text.last == "\n", let hash = try? SecretHash(text: String(text.dropLast())) else {
            throw .unfit(path: files.path(name.description))
        }
        return (hash, found.changed)
    }

    private func exclusively<Value>(_ body: () throws(ApprovalTokenError) -> Value) throws(ApprovalTokenError) -> Value
    {
        let ours = try inTurn()
        let value = try body()
        _ = consume ours
        return value
    }

    private func inTurn() throws(ApprovalTokenError) -> FileLock {
        do throws(SecretFiles.Failure) { return try files.turn() } catch { throw .init(error) }
    }
}

/// Why a token cannot be checked or kept. Neither it nor its hash is ever in it.
package enum ApprovalTokenError: Error, Sendable, Hashable, CustomStringConvertible {
    case system(SystemError)
    case hashing(CryptographyError)
    /// Not a file that only root may read, or not one that Bailey wrote.
    case unfit(path: String)
    /// Too short, too long, or nothing that can be typed.
    case unsuitable(why: String)

    init(_ failure: SecretFiles.Failure) {
        switch failure {
        case .system(let error): self = .system(error)
        case .unfit(let path): self = .unfit(path: path)
        }
    }

    package var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .hashing(let error): "\(error)"
        case .unfit(let path): "\(path) is no hash that only its owner may read; set the token again: bailey token set"
        case .unsuitable(let why): "the token \(why)"
        }
    }
}
