package import Cryptography
package import LinuxSystem

/// Why something could not be recorded, or the log not be opened. Whoever asked for a command is then denied: no record, no command.
package enum AuditError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The disk, the file system or the kernel said no.
    case system(SystemError)
    case cryptography(CryptographyError)
    /// Another process writes this log.
    case inUse(directory: String)
    /// The file was cut, written to by somebody else, or removed while the log was open.
    case changedUnderneath(path: String)
    /// A record would be longer than a line may be.
    case tooLong(bytes: Int)
    /// What should be a key, a head or the log is something else.
    case unfit(path: String, why: String)

    package var description: String {
        switch self {
        case .system(let error):
            let remedy = error.code == .noSpace ? "; free some space on its file system" : ""
            return "the audit log cannot be written: \(error)\(remedy)"
        case .cryptography(let error): return "the audit log's key: \(error)"
        case .inUse(let directory): return "\(directory): another process writes this audit log"
        case .changedUnderneath(let path):
            return
                "\(path): was cut, written to or removed by another; start the broker anew, then run bailey audit verify"
        case .tooLong(let bytes):
            return "a record of \(bytes) bytes is longer than \(AuditRecord.lengthLimit); the request has to be shorter"
        case .unfit(let path, let why): return "\(path): \(why)"
        }
    }
}

/// Runs what talks to the kernel as part of the log.
func auditing<Result: ~Copyable>(_ body: () throws(SystemError) -> Result) throws(AuditError) -> Result {
    do throws(SystemError) { return try body() } catch { throw .system(error) }
}

/// Runs what signs as part of the log.
func signing<Result>(_ body: () throws(CryptographyError) -> Result) throws(AuditError) -> Result {
    do throws(CryptographyError) { return try body() } catch { throw .cryptography(error) }
}
