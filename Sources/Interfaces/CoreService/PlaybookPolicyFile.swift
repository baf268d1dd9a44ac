internal import LinuxSystem
internal import Policies
internal import Triage

/// The playbook policy of a directory, read again when it changes.
struct PlaybookPolicyFile {
    enum Reading {
        /// It is as it was.
        case same
        case playbooks(PlaybookSet)
        /// It says nothing that could be gone by; a line each.
        case broken([String])
    }

    private let path: String
    private let ownership: TrustedOwnership
    /// As it was read last; nil before, and its content nil where it was not there.
    private var last: FileIdentity??

    private static let sizeLimit = 1 << 20

    init(in directory: String) {
        path = "\(directory)/\(PlaybookPolicy.fileName)"
        ownership = TrustedOwnership(owners: [0, CurrentProcess.effectiveUserID])
    }

    mutating func next() -> Reading {
        let now = identity
        if let last, last == now { return .same }
        last = .some(now)
        return read()
    }

    /// What is wrong with it, a line each; one that is not there is not wrong.
    var problems: [String] { if case .broken(let problems) = read() { problems } else { [] } }

    /// Nil when it is not there, or may not be looked at: reading tells which.
    private var identity: FileIdentity? {
        guard let file = try? FileDescriptor.open(forReading: path) else { return nil }
        return try? FileIdentity(of: file, subject: path)
    }

    private func read() -> Reading {
        let bytes: [UInt8]
        do throws(TrustedOwnership.Refusal) {
            bytes = try ownership.contents(of: path, limit: Self.sizeLimit)
        } catch {
            switch error {
            case .system(let error) where error.isAbsence: return .playbooks(.shipped)
            case .system(let error): return .broken(["\(path): cannot be read: \(error)"])
            case .objection(let objection): return .broken(["\(objection)"])
            }
        }
        do throws(PolicyErrors) {
            return .playbooks(PlaybookSet(try PlaybookPolicy(parsing: PolicyText(path: path, bytes: bytes))))
        } catch { return .broken(error.errors.map(\.description)) }
    }
}
