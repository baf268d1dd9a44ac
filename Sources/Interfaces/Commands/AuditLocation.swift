import Auditing
import Cryptography
import LinuxSystem

/// The audit log that a command is about.
struct AuditLocation {
    static let operand = CommandOperand(
        name: "PATH", isRequired: false,
        help: "The directory of an audit log or of a copy, or one of its files; without it this host's.")
    /// Where the broker writes.
    static let system = "\(Locations.systemState)/audit"

    let path: String

    init(_ arguments: ParsedArguments, in session: Session) {
        path =
            arguments.operands.first.map { absolutePath($0, in: session.environment.workingDirectory) } ?? Self.system
    }

    /// The directory that the log's other files stand in.
    var directory: String {
        guard path.hasSuffix(".jsonl") else { return path }
        return path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
    }

    /// The files with records, in order.
    func files() throws(CommandError) -> [String] {
        try Self.auditing { () throws(AuditError) in
            let kind: FileMetadata.Kind
            do throws(SystemError) { kind = try FileTree().metadata(of: path).kind } catch { throw .system(error) }
            guard kind == .directory else { return [path] }
            return try AuditFile.all(in: path).map { "\(path)/\($0.name)" }
        }
    }

    /// The key that heads are held against: the one named, else the one beside the log; nil when there is neither.
    func publicKey(_ named: String?, in session: Session) throws(CommandError) -> Ed25519.PublicKey? {
        if let named {
            let file = absolutePath(named, in: session.environment.workingDirectory)
            return try Self.auditing { () throws(AuditError) in try AuditKey.publicKey(file) }
        }
        let file = "\(directory)/\(AuditName.publicKey)"
        // What may not be looked at is of no use as a key, and then the answer says that signatures were not checked.
        guard (try? FileTree().exists(file)) == true else { return nil }
        return try Self.auditing { () throws(AuditError) in try AuditKey.publicKey(file) }
    }

    static func auditing<Result>(_ body: () throws(AuditError) -> Result) throws(CommandError) -> Result {
        do throws(AuditError) {
            return try body()
        } catch {
            switch error {
            case .system(let error):
                throw .couldNotRun(
                    error, remedy: error.isPermission ? "the log is root's: run it with sudo, or on a copy" : nil)
            case .unfit(let path, let why): throw .couldNotRun(path, why)
            default: throw .couldNotRun("audit log", error.description)
            }
        }
    }
}
