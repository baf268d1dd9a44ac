internal import LinuxSystem
internal import TechniqueLookup

/// The index of ATT&CK of one core, read again when another was imported. `bailey attack import` puts it into the core's state directory,
/// and into the directory of its own beside it, which has the same name without `-core`.
struct AttackIndexFile {
    enum Reading {
        /// It is as it was.
        case same
        case techniques(AttackTechniques)
        /// There is one that cannot be used.
        case broken(String)
    }

    private let directories: [String]
    private let ownership = TrustedOwnership(owners: [0, CurrentProcess.effectiveUserID])
    /// As they were read last; nil before, and one of them nil where it was not there.
    private var last: [FileIdentity?]?

    init(of state: String) {
        directories = [state] + (state.hasSuffix("-core") ? [String(state.dropLast(5))] : [])
    }

    mutating func next() -> Reading {
        let now = directories.map { Self.identity("\($0)/\(InstalledAttackIndex.fileName)") }
        if let last, last == now { return .same }
        last = now
        do throws(InstalledAttackError) {
            return .techniques(
                AttackTechniques(try InstalledAttackIndex(in: directories) { objection(to: $0, at: $1) }))
        } catch { return .broken(error.description) }
    }

    /// Why others could have written it: the file, or a directory above it.
    private func objection(to metadata: FileMetadata, at path: String) -> String? {
        if let objection = ownership.objection(to: metadata, at: path) { return objection.reason }
        do throws(SystemError) {
            return try ownership.objectionAbove(try resolvedPath(path)).map { "\($0.path) \($0.reason)" }
        } catch { return "cannot be looked into: \(error)" }
    }

    /// Nil when it is not there, or may not be looked at.
    private static func identity(_ path: String) -> FileIdentity? {
        guard let file = try? FileDescriptor.open(forReading: path) else { return nil }
        return try? FileIdentity(of: file, subject: path)
    }
}
