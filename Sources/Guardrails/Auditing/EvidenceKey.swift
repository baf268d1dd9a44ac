package import Cryptography
internal import LinuxSystem

/// The key that the evidence of one core is signed with, in its state directory, and the public key beside it for people to take away.
package enum EvidenceKey {
    package static let name = "evidence.key"
    package static let publicName = "evidence.pub"

    /// The key to sign with, made the first time.
    package static func load(in directory: String) throws(AuditError) -> Ed25519.PrivateKey {
        let key = try AuditKey.load(orCreate: "\(directory)/\(name)")
        try AuditKey.publish(key.publicKey, at: "\(directory)/\(publicName)")
        return key
    }

    /// What the evidence of the core is held against; nil where none was signed yet, or before there were public keys beside.
    package static func publicKey(in directory: String) throws(AuditError) -> Ed25519.PublicKey? {
        let path = "\(directory)/\(publicName)"
        guard try auditing({ () throws(SystemError) in try FileTree().exists(path) }) else { return nil }
        return try AuditKey.publicKey(path)
    }
}
