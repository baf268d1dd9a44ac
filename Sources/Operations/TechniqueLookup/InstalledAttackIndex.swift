internal import AttackData
package import AttackRetrieval
package import LinuxSystem

/// The index of ATT&CK that is used: the one that was imported, where it is not older than the one that ships, else that one.
package struct InstalledAttackIndex: Sendable {
    package let index: AttackIndex
    /// The file it was read from; nil for the one that ships.
    package let path: String?

    package static let fileName = "attack.index"
    /// The one that ships has 1.6 MB.
    package static let sizeLimit = 64 << 20

    /// The one that ships.
    package init() throws(InstalledAttackError) {
        (index, path) = (try Self.decoded(ShippedAttackData.index, from: nil), nil)
    }

    /// An imported index that is there and cannot be used is an error: whoever imported it relies on it.
    /// - Parameters:
    ///   - directories: where an imported one may be, the first that has one counts.
    ///   - objection: why a file is not to be trusted; nil when it is.
    package init(
        in directories: [String], objection: (FileMetadata, _ path: String) -> String?
    ) throws(InstalledAttackError) {
        let shipped = try InstalledAttackIndex()
        for directory in directories {
            let path = "\(directory)/\(Self.fileName)"
            guard let imported = try Self.read(path, objection) else { continue }
            guard !Self.isOlder(imported.catalogue.version, than: shipped.index.catalogue.version) else { continue }
            (index, self.path) = (imported, path)
            return
        }
        self = shipped
    }

    private static func read(
        _ path: String, _ objection: (FileMetadata, String) -> String?
    ) throws(InstalledAttackError) -> AttackIndex? {
        let contents: Result<[UInt8], InstalledAttackError>
        do throws(SystemError) {
            let file = try FileDescriptor.open(forReading: path)
            let metadata = try file.metadata(subject: path)
            guard metadata.kind == .regular else { throw SystemError("read", path, code: .invalid) }
            if let reason = objection(metadata, path) {
                contents = .failure(.notTrusted(path: path, reason))
            } else {
                contents = .success(try file.readAll(limit: sizeLimit, subject: path))
            }
        } catch {
            // Who may not look into the host's state directory uses what ships; `bailey attack status` says which it is.
            if error.isAbsence || error.isPermission { return nil }
            throw .unreadable(error)
        }
        return try decoded(try contents.get(), from: path)
    }

    private static func decoded(_ bytes: [UInt8], from path: String?) throws(InstalledAttackError) -> AttackIndex {
        do throws(AttackError) {
            return try AttackIndex(decoding: bytes)
        } catch { throw .unusable(path: path, error) }
    }

    /// `9.0` is older than `18.1`. A version that is no number is not.
    package static func isOlder(_ version: String, than other: String) -> Bool {
        let (left, right) = (numbers(version), numbers(other))
        return left != right && left.lexicographicallyPrecedes(right) && !left.isEmpty
    }

    private static func numbers(_ version: String) -> [Int] { version.split(separator: ".").compactMap { Int($0) } }
}

/// Why the index of ATT&CK cannot be used.
package enum InstalledAttackError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Others could have written it.
    case notTrusted(path: String, String)
    case unreadable(SystemError)
    /// - Parameter path: nil for the one that ships.
    case unusable(path: String?, AttackError)

    package var description: String {
        switch self {
        case .notTrusted(let path, let reason): "\(path): \(reason)"
        case .unreadable(let error): error.description
        case .unusable(let path, let error): "\(path ?? "ATT&CK"): \(error.description); \(remedy ?? "")"
        }
    }

    /// What to do about it; nil where the reason says it.
    package var remedy: String? {
        switch self {
        case .unusable(.some, _): "import it again, or remove the file to use what ships"
        case .unusable(nil, _): "install bailey again"
        case .notTrusted, .unreadable: nil
        }
    }
}
