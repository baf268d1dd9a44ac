/// A file that holds one secret: a key, a password, a URL that is one.
package enum SecretFile {
    package static let sizeLimit = 64 << 10

    /// Why a file is not taken for a secret.
    package enum Refusal: Error, Sendable, Hashable, CustomStringConvertible {
        case system(SystemError)
        case unfit(path: String, why: String)

        package var description: String {
            switch self {
            case .system(let error): error.description
            case .unfit(let path, let why): "\(path) \(why)"
            }
        }
    }

    /// What stands in it, without the line end at its end. It has to be a regular file of root's or of this process's user, with no
    /// access for others; the group may read one of root's.
    package static func read(_ path: String) throws(Refusal) -> SecretBytes {
        var bytes: [UInt8]
        let metadata: FileMetadata
        do throws(SystemError) {
            let file = try FileDescriptor.open(forReading: path)
            metadata = try file.metadata(subject: path)
            bytes = metadata.kind == .regular ? try file.readAll(limit: sizeLimit, subject: path) : []
        } catch { throw .system(error) }
        defer { bytes.wipe(0..<bytes.count) }
        guard metadata.kind == .regular else { throw .unfit(path: path, why: "is not a regular file") }
        guard metadata.owner == 0 || metadata.owner == CurrentProcess.effectiveUserID else {
            throw .unfit(path: path, why: "belongs to uid \(metadata.owner): chown root \(path)")
        }
        let allowed: UInt16 = metadata.owner == 0 ? 0o740 : 0o700
        guard metadata.permissions & 0o777 & ~allowed == 0 else {
            throw .unfit(
                path: path,
                why:
                    "is open to others (mode \(metadata.permissionText)): chmod \(metadata.owner == 0 ? "640" : "600") \(path)"
            )
        }
        var count = bytes.count
        while count > 0, bytes[count - 1] == 0x0a || bytes[count - 1] == 0x0d { count -= 1 }
        guard count > 0 else { throw .unfit(path: path, why: "is empty") }
        return SecretBytes(bytes[..<count])
    }
}
