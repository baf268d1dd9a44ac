package import JSON

/// The gateway of an AI agent that an account has set up: `~/.openclaw`.
package struct AgentGateway: Sendable, Hashable {
    package var account: String
    package var userID: UserID
    /// `…/.openclaw` itself.
    package var directory: HostFile
    /// The path of `openclaw.json`, whether or not it is there.
    package var configurationPath: String
    package var configurationFile: HostFile?
    /// The document (JSON5). It may hold secrets: never print a value of it that is not known to be none.
    package var configuration: Observation<JSONValue>
    /// Files that hold secrets by their name: `.env`, `credentials/…`, `*.key`, `auth*.json`. Never read, only looked at.
    package var secretFiles: Observation<[HostFile]>

    package init(
        account: String, userID: UserID, directory: HostFile, configurationPath: String, configurationFile: HostFile?,
        configuration: Observation<JSONValue>, secretFiles: Observation<[HostFile]>
    ) {
        self.account = account
        self.userID = userID
        self.directory = directory
        self.configurationPath = configurationPath
        self.configurationFile = configurationFile
        self.configuration = configuration
        self.secretFiles = secretFiles
    }
}
