private import BrokerProtocol

/// Where the broker finds and keeps what is its own, and how much it lets others take of it.
package struct BrokerConfiguration: Sendable, Hashable {
    /// The directory of `command-policy.yaml` and `prompt-policy.yaml`.
    package var policyDirectory = "/etc/bailey"
    /// The audit log, keys for one-time codes, the approval token, recordings.
    package var stateDirectory = "/var/lib/bailey"
    /// What lasts as long as the host runs: which commands run now.
    package var runtimeDirectory = "/run/bailey"
    package var socketPath = BrokerSocket.path
    /// The service by which PAM proves who is there, and says which account may be used (`/etc/pam.d/NAME`).
    package var pamService = "bailey"
    package var limits = Limits()

    package init() {}

    package struct Limits: Sendable, Hashable {
        /// Connections at once, beside those of as many requests as the policy lets wait; each has a thread.
        package var connections = 536
        /// So many of them are kept for root.
        package var connectionsOfRoot = 24
        /// Of one user other than root, beside those of as many requests as one user may have waiting.
        package var connectionsOfOneUser = 96
        /// How often commands of one user may have left something running that still runs.
        package var leftRunningByOneUser = 256
        /// For a greeting, for the rest of a message that has begun, and for a client to take what it is sent.
        package var patience: Duration = .seconds(10)
        /// For an answer to a prompt, and between messages where nothing is waited for.
        package var answer: Duration = .seconds(300)
        /// Between SIGHUP or SIGTERM and SIGKILL, for a command that has to end.
        package var grace: Duration = .seconds(5)
        /// What running commands have to end by themselves when the broker is asked to stop.
        package var drain: Duration = .seconds(60)
        /// Bytes of one document that is edited.
        package var document = 16 << 20
        /// Bytes of all documents that are edited at the same time, over all connections.
        package var documents = 256 << 20
        /// So many of them are kept for writing back.
        package var documentsWritten = 64 << 20
        /// How long PAM's modules may take.
        package var authentication: Duration = .seconds(120)

        package init() {}
    }

    var auditDirectory: String { "\(stateDirectory)/audit" }
    var oneTimeCodeDirectory: String { "\(stateDirectory)/totp" }
    var tokenDirectory: String { "\(stateDirectory)/tokens" }
    var recordingDirectory: String { "\(stateDirectory)/recordings" }
    var keptDirectory: String { "\(stateDirectory)/edits" }
    var markerDirectory: String { "\(runtimeDirectory)/running" }
}
