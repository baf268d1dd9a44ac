package import Cryptography
internal import LinuxSystem

/// The key that heads are signed with, as files: 32 bytes that its owner alone can read, and the public key beside the log.
package enum AuditKey {
    /// The key in the file at `path`, made the first time. It is never replaced: heads that people keep elsewhere name it.
    package static func load(orCreate path: String) throws(AuditError) -> Ed25519.PrivateKey {
        if let key = try load(path) { return key }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let (parent, name) = (parts.dropLast().joined(separator: "/"), String(parts.last ?? ""))
        let key = try signing { () throws(CryptographyError) in try Ed25519.PrivateKey() }
        try auditing { () throws(SystemError) in
            try AtomicFile.removeLeftovers(of: name, in: Directory(opening: parent))
            let file = try AtomicFile(replacing: path, permissions: 0o600)
            try key.rawBytes.withBytes { bytes throws(SystemError) in try file.write(Array(bytes)) }
            try file.commit()
            // A key that a power cut takes leaves heads that nothing verifies.
            try Directory(opening: parent).sync()
        }
        return key
    }

    /// Nil when there is no such file.
    package static func load(_ path: String) throws(AuditError) -> Ed25519.PrivateKey? {
        guard try auditing({ () throws(SystemError) in try FileTree().exists(path) }) else { return nil }
        let file = try auditing { () throws(SystemError) in try FileDescriptor.open(forReading: path) }
        let metadata = try auditing { () throws(SystemError) in try file.metadata(subject: path) }
        guard metadata.kind == .regular, metadata.permissions & 0o077 == 0 else {
            throw .unfit(path: path, why: "a key has to be a file that nobody but its owner may read: chmod 600")
        }
        guard metadata.owner == CurrentProcess.effectiveUserID else {
            throw .unfit(path: path, why: "belongs to user \(metadata.owner), and has to belong to who signs with it")
        }
        var bytes = try auditing { () throws(SystemError) in
            try file.readPrefix(limit: Ed25519.PrivateKey.length + 1, subject: path).bytes
        }
        let secret = SecretBytes(consuming: &bytes)
        do throws(CryptographyError) { return try Ed25519.PrivateKey(rawBytes: secret) } catch {
            throw .unfit(path: path, why: "is no key: \(error)")
        }
    }

    /// Puts the public key into the file at `path`, for people to take away: what is signed is held against that one elsewhere.
    package static func publish(_ key: Ed25519.PublicKey, at path: String) throws(AuditError) {
        let text = Array(key.pem.utf8)
        try auditing { () throws(SystemError) in
            if try FileTree().exists(path),
                try FileDescriptor.open(forReading: path).readPrefix(limit: 4096, subject: path).bytes == text
            {
                return
            }
            let file = try AtomicFile(replacing: path)
            try file.write(text)
            try file.commit()
        }
    }

    /// The public key in a file, in PEM or as hexadecimal digits.
    package static func publicKey(_ path: String) throws(AuditError) -> Ed25519.PublicKey {
        let bytes = try auditing { () throws(SystemError) in
            try FileDescriptor.open(forReading: path).readAll(limit: 4096, subject: path)
        }
        do throws(CryptographyError) {
            return try Ed25519.PublicKey(text: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw .unfit(path: path, why: "\(error)")
        }
    }
}
