package import LinuxSystem
internal import Policies

/// A program that is given messages, once it is sure that only the administrator can have chosen what it does.
///
/// It is named by an absolute path that `configuration.yaml` lists under `notify_commands`. Links resolved, it is a regular file that can be run; the file and
/// every directory above it are closed to others as `TrustedOwnership` says; and it is no shell or interpreter, by its own name,
/// through a link, as another name of the same file or as a copy of it: that would run what is read from the host. A script that is listed itself may
/// be run by whatever its first line names.
package struct NotifyCommand: Sendable, Hashable {
    /// Links resolved: what was looked at is what is run.
    package let path: String

    /// Where interpreters live: another name of one of these files is refused too.
    static let programDirectories = ["/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/sbin", "/usr/local/sbin"]

    package init(
        _ path: String, allowed: [String], ownership: TrustedOwnership, configuration: String
    ) throws(NotifyCommandError) {
        guard path.hasPrefix("/") else {
            throw Self.refusal(path, "is not an absolute path", remedy: "name the program by its whole path")
        }
        guard allowed.contains(path) else {
            throw Self.refusal(
                path, "is not listed in \(configuration)", remedy: "list it there, under notify_commands")
        }
        let resolved: String
        let objection: NotifyCommandError?
        do throws(SystemError) {
            resolved = try resolvedPath(path)
            objection = try Self.objection(to: resolved, ownership)
        } catch {
            throw .couldNotLook(error)
        }
        if let objection { throw objection }
        self.path = resolved
    }

    private static func objection(to path: String, _ ownership: TrustedOwnership) throws(SystemError)
        -> NotifyCommandError?
    {
        let metadata = try FileTree().metadata(of: path)
        guard metadata.kind == .regular, metadata.permissions & 0o111 != 0 else {
            return .unfit(
                subject: path, reason: "is not a program", remedy: "name a regular file that may be executed")
        }
        if try isInterpreter(metadata, at: path) {
            return .unfit(
                subject: path, reason: "is a shell or an interpreter, which would run what the message says",
                remedy: "name a program of its own; a script that reads the message may be one")
        }
        let above = try ownership.objectionAbove(path)
        return (ownership.objection(to: metadata, at: path) ?? above).map { objection in
            .unfit(subject: objection.path, reason: objection.reason, remedy: objection.remedy)
        }
    }

    private static func isInterpreter(_ metadata: FileMetadata, at path: String) throws(SystemError) -> Bool {
        if Interpreter.isOne(path) { return true }
        let tree = try FileTree()
        for directory in programDirectories {
            // A directory that is not there holds no interpreter; what may not be listed by this user, others may not use either.
            guard let entries = try? tree.entries(of: directory) else { continue }
            for entry in entries where Interpreter.isOne(entry.name) {
                // Gone since it was listed, or a dangling link: not the file in question.
                guard let other = try? tree.metadata(of: "\(directory)/\(entry.name)") else { continue }
                if other.device == metadata.device, other.inode == metadata.inode { return true }
                if try isCopy(metadata, at: path, of: other, at: "\(directory)/\(entry.name)") { return true }
            }
        }
        return false
    }

    /// Whether both files hold the same bytes; no interpreter is larger than the limit.
    private static func isCopy(
        _ metadata: FileMetadata, at path: String, of other: FileMetadata, at otherPath: String
    ) throws(SystemError) -> Bool {
        guard metadata.kind == .regular, other.kind == .regular, metadata.size == other.size else { return false }
        let tree = try FileTree()
        let limit = 64 << 20
        return try tree.contents(of: path, limit: limit) == tree.contents(of: otherPath, limit: limit)
    }

    private static func refusal(_ path: String, _ reason: String, remedy: String) -> NotifyCommandError {
        .unfit(subject: "notify command \(path)", reason: reason, remedy: remedy)
    }

    /// Runs the program with `message` on its standard input.
    ///
    /// Its environment is a `PATH` of the system's directories and nothing else: a variable such as `LD_PRELOAD` or `BASH_ENV` would be a
    /// second way to choose what it does.
    package func send(_ message: String, timeLimit: Duration = .seconds(10)) throws(NotifyCommandError) {
        let outcome: ChildProcess.Outcome
        do throws(SystemError) {
            outcome = try ChildProcess.run(
                path, environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"], input: Array(message.utf8),
                timeLimit: timeLimit)
        } catch {
            throw .couldNotStart(error)
        }
        let output = String(decoding: outcome.output, as: UTF8.self)
        let said = output.isEmpty ? "" : "; it said: \(output)"
        switch outcome.ending {
        case .exited(0): return
        case .exited(let code): throw failure("ended with \(code)\(said)")
        case .signalled(let number): throw failure("was ended by signal \(number)\(said)")
        case .timedOut: throw failure("did not end within \(timeLimit.components.seconds) s\(said)")
        }
    }

    private func failure(_ reason: String) -> NotifyCommandError {
        .failed(subject: "notify command \(path)", reason: reason)
    }
}

/// Why a program was not given a message, or did not take it.
package enum NotifyCommandError: Error, Sendable, Hashable, CustomStringConvertible {
    /// It may not be run: mend what is named.
    case unfit(subject: String, reason: String, remedy: String)
    case couldNotLook(SystemError)
    case couldNotStart(SystemError)
    /// It ran, and did not end well.
    case failed(subject: String, reason: String)

    package var description: String {
        switch self {
        case .unfit(let subject, let reason, let remedy): "\(subject) \(reason); \(remedy)"
        case .couldNotLook(let error), .couldNotStart(let error): error.description
        case .failed(let subject, let reason): "\(subject) \(reason)"
        }
    }
}
