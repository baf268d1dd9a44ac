import AttackData
import AttackRetrieval
import LinuxSystem

/// The index of ATT&CK that commands use: the one that was imported, where it is not older than the one that ships, else that one.
struct InstalledAttackIndex {
    let index: AttackIndex
    /// The file it was read from; nil for the one that ships.
    let path: String?

    static let fileName = "attack.index"
    /// The one that ships has 1.6 MB.
    static let sizeLimit = 64 << 20

    /// An imported index that is there and cannot be used is an error: whoever imported it relies on it.
    init(for session: Session) throws(CommandError) {
        let shipped = try Self.asCommandError(remedy: "install bailey again") { () throws(AttackError) in
            try AttackIndex(decoding: ShippedAttackData.index)
        }
        var directories = [session.locations.output]
        if session.options.output == nil, session.locations.checkout == nil {
            directories.append(Locations.systemState)
        }
        for directory in directories.compactMap(\.self) {
            let path = "\(directory)/\(Self.fileName)"
            guard let imported = try Self.read(path, trusting: session.locations.trustedOwners) else { continue }
            guard !Self.isOlder(imported.catalogue.version, than: shipped.catalogue.version) else { continue }
            (index, self.path) = (imported, path)
            return
        }
        (index, path) = (shipped, nil)
    }

    private static func read(_ path: String, trusting owners: Set<UInt32>) throws(CommandError) -> AttackIndex? {
        let contents: Result<[UInt8], CommandError>
        do throws(SystemError) {
            let file = try FileDescriptor.open(forReading: path)
            let metadata = try file.metadata(subject: path)
            guard metadata.kind == .regular else { throw SystemError("read", path, code: .invalid) }
            if let problem = TrustedOwnership(owners: owners).objection(to: metadata, at: path) {
                contents = .failure(.couldNotRun([Problem(problem)]))
            } else {
                contents = .success(try file.readAll(limit: sizeLimit, subject: path))
            }
        } catch {
            // Who may not look into the host's state directory uses what ships; `bailey attack status` says which it is.
            if error.isAbsence || error.isPermission { return nil }
            throw .couldNotRun(error)
        }
        let bytes = try contents.get()
        return try asCommandError(path, remedy: "import it again, or remove the file to use what ships") {
            () throws(AttackError) in try AttackIndex(decoding: bytes)
        }
    }

    /// `9.0` is older than `18.1`. A version that is no number is not.
    static func isOlder(_ version: String, than other: String) -> Bool {
        let (left, right) = (numbers(version), numbers(other))
        return left != right && left.lexicographicallyPrecedes(right) && !left.isEmpty
    }

    private static func numbers(_ version: String) -> [Int] { version.split(separator: ".").compactMap { Int($0) } }

    static func asCommandError<Value>(
        _ subject: String = "ATT&CK", remedy: String? = nil, _ body: () throws(AttackError) -> Value
    ) throws(CommandError) -> Value {
        do throws(AttackError) {
            return try body()
        } catch {
            throw .couldNotRun(subject, error.description, remedy: remedy)
        }
    }
}
