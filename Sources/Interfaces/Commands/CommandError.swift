import LinuxSystem
import Notifications

/// Why a command ended without doing what was asked.
enum CommandError: Error, Sendable, Hashable {
    case usage(UsageError)
    /// Ends with `ExitCode.couldNotRun`; nothing was written.
    case couldNotRun([Problem])

    static func couldNotRun(_ subject: String, _ reason: String, remedy: String? = nil) -> CommandError {
        .couldNotRun([Problem(subject: subject, reason: reason, remedy: remedy)])
    }

    static func couldNotRun(_ error: SystemError, remedy: String? = nil) -> CommandError {
        .couldNotRun([Problem(error, remedy: remedy)])
    }

    static func couldNotRun(_ error: NotifyCommandError) -> CommandError {
        let consequence = "the results are written; what could not be sent is sent with the next run"
        return switch error {
        case .unfit(let subject, let reason, let remedy): .couldNotRun(subject, reason, remedy: remedy)
        case .couldNotLook(let error): .couldNotRun(error)
        case .couldNotStart(let error): .couldNotRun(error, remedy: consequence)
        case .failed(let subject, let reason): .couldNotRun(subject, reason, remedy: consequence)
        }
    }

    var exitCode: ExitCode {
        switch self {
        case .usage: .usage
        case .couldNotRun: .couldNotRun
        }
    }
}

/// One thing that stands in the way: what, why, and what to do about it.
struct Problem: Sendable, Hashable, CustomStringConvertible {
    /// A path, `path:line:column`, or a word for what it is about.
    var subject: String
    var reason: String
    var remedy: String?

    init(subject: String, reason: String, remedy: String? = nil) {
        self.subject = subject
        self.reason = reason
        self.remedy = remedy
    }

    init(_ error: SystemError, remedy: String? = nil) {
        self.init(
            subject: error.subject, reason: "could not \(error.operation): \(error.reason)",
            remedy: remedy ?? (error.code == .noSpace ? "free some space, then run it again" : nil))
    }

    init(_ objection: TrustedOwnership.Objection) {
        self.init(subject: objection.path, reason: objection.reason, remedy: objection.remedy)
    }

    var description: String {
        let line = subject.isEmpty ? reason : "\(subject): \(reason)"
        return remedy.map { "\(line)\n  \($0)" } ?? line
    }
}
