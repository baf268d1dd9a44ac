package import BrokerProtocol

/// What a command line of sudo's asks for (sudo(8) of sudo 1.9).
package struct SudoInvocation: Sendable, Equatable {
    package enum Mode: Sendable, Hashable {
        case run
        /// `-e`, or called as `sudoedit`.
        case edit
        /// `-l`; `-ll` or `-l -l` says more.
        case list(isLong: Bool)
        /// `-v`
        case validate
        /// `-k` without a command.
        case forgetProof
        /// `-K`
        case forgetAllProofs
        case version
        case help
    }

    package var mode = Mode.run
    /// The command and its arguments, or the files to edit.
    package var arguments: [String] = []
    /// `NAME=value` before the command.
    package var environment: [SentVariable] = []
    /// What `-n -E -H -i -s -k -P` ask for.
    package var options = RunOptions(rawValue: 0)
    /// `--preserve-env=LIST`
    package var preservedNames: [String] = []
    package var user: String?
    package var group: String?
    /// `-U`: whose rights are listed.
    package var otherUser: String?
    package var prompt: String?
    /// `-D`
    package var directory: String?
    /// `-R`
    package var root: String?
    /// `-h HOST`
    package var host: String?
    /// `-T`, as it was written.
    package var timeout: String?
    /// `-C`
    package var closeFrom: Int?
    /// `-r` and `-t`
    package var role: String?
    package var type: String?
    /// `-A`
    package var usesAskpass = false
    /// `-S`
    package var readsStandardInput = false
    /// `-b`
    package var isBackground = false
    /// `-B`
    package var ringsBell = false
    /// Bailey's own, by their full names only, so that sudo's abbreviations keep their meaning.
    package var reason: String?
    package var session: String?

    package init() {}
}

/// A command line that sudo does not take either: its message, after which the usage is shown, and exit code 1.
package struct SudoUsageError: Error, Sendable, Hashable {
    /// Nil where sudo shows the usage alone.
    package var message: String?

    package init(_ message: String? = nil) { self.message = message }
}
